"""Installs DuckDB's extension for S3 into the home folder, from its PyPI package instead of from the network."""

from pathlib import Path

import duckdb
import duckdb_extension_httpfs

packaged = Path(duckdb_extension_httpfs.__file__).parent / "extensions"
(extension,) = packaged.rglob("httpfs.duckdb_extension")
duckdb.connect().install_extension(str(extension))
duckdb.connect().load_extension("httpfs")
