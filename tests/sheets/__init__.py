"""Tests of programme."""
