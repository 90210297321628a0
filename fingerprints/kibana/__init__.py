"""Kibana's saved objects, made of config/kibana/dashboards.toml."""
