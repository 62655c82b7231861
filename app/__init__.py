"""The app floor: what people and operators touch."""
