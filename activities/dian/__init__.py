"""Asking DIAN which numbering ranges a company has: certificate, envelope, call, answer, its meaning."""
