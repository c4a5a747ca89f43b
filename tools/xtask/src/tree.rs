//! The repository's files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

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

/// All files below `directory` (seen from the root) that end in one of `endings`, sorted; nothing if it is absent.
pub fn files(directory: &str, endings: &[&str]) -> Result<Vec<File>> {
    let root = root();
    let mut paths = Vec::new();
    walk(&root.join(directory), &mut paths)?;
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let shown = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        if endings.iter().any(|ending| shown.ends_with(ending)) {
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {shown}"))?;
            files.push(File { path: shown, text });
        }
    }
    Ok(files)
}

fn walk(directory: &Path, into: &mut Vec<PathBuf>) -> Result<()> {
    if !directory.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(directory).with_context(|| format!("cannot read {}", directory.display()))? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            if !matches!(name.as_str(), "node_modules" | "target" | "dist") && !name.starts_with('.') {
                walk(&path, into)?;
            }
        } else {
            into.push(path);
        }
    }
    Ok(())
}
