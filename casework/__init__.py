"""The domain: reports, cases, people, rules and their storage. Knows no web."""
