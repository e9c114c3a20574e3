"""Health of the installation: `ebok doctor`, `/healthz`, `/readyz`, and alerts."""
