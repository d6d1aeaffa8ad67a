"""How rows are kept: Parquet tables with a schema, examples, and millions of rows on the disk that are read again and again."""
