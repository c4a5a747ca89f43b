//! The repository's files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use ignore::WalkBuilder;

/// The four services, by their directory.
pub const SERVICES: [&str; 4] = ["core", "auth", "notify-address", "chat"];

/// A text file: where it is, as seen from the root with `/`, and what it says.
#[derive(Debug, Clone)]
pub struct File {
    pub path: String,
    pub text: String,
}

impl File {
    /// Its name ends in `.extension`.
    pub fn is(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|end| end == extension)
    }
}

/// The root of the repository this tool was built in.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// All files below `directory` (seen from the root) that end in one of `endings`, sorted; nothing if it is absent. What
/// git ignores is not there.
///
/// # Errors
/// A file cannot be read.
pub fn files(directory: &str, endings: &[&str]) -> Result<Vec<File>> {
    let root = root();
    let mut files = Vec::new();
    if !root.join(directory).is_dir() {
        return Ok(files);
    }
    for entry in WalkBuilder::new(root.join(directory)).require_git(false).build() {
        let path = entry?.into_path();
        let shown = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        if endings.iter().any(|ending| shown.ends_with(ending)) && path.is_file() {
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {shown}"))?;
            files.push(File { path: shown, text });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}
