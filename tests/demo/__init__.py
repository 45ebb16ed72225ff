"""Tests of the demo country."""
