"""The demo country for makers of clinic software: people to try, requests ready made, and what has to come back."""
