//! Small vendors of our own making.
