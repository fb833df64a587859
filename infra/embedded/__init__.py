"""The whole stack on one machine: real PostgreSQL, Temporal and S3, a simulated DIAN, a mail folder."""
