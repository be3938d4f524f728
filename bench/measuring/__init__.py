"""What bench.py is made of: builds, servers, contenders, rows to measure, and the report."""
