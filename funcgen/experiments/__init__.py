"""What studies, searches and comparisons share: their files, overrides of params.yaml, and DVC experiments by its commands."""
