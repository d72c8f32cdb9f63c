"""The crash test of the save protocol: docs/crash.md says what it does and what it found."""
