"""What tests of the platform share. A package: `extractors/tests` has one of that name, and the first one found counts."""
