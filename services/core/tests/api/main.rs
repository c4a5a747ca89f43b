//! The HTTP contract of core.
