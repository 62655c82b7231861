"""Pure rules: no database, no clock; time comes in as a value."""
