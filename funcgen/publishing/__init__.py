"""A run's model handed on: as an MLflow model that is served, and as a checkpoint folder with a card."""
