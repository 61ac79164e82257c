"""HTTP mechanics: one transaction per request, one error shape, pages, idempotency keys, security headers."""
