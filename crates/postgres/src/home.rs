//! The directory everything of one server lives in: who may write it, its lock, its secrets.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use rand::TryRngCore;
use rand::rngs::OsRng;
use rustix::fs::FlockOperation;
use rustix::io::Errno;
use rustix::process::{Pid, geteuid};

/// The role that owns the cluster.
pub(crate) const SUPERUSER: &str = "postgres";
/// A new cluster is 40 MB, its first write-ahead logs 80 MB more.
const ROOM_FOR_A_CLUSTER: u64 = 250 << 20;
/// One write-ahead log segment; without it PostgreSQL panics in the middle of work.
const ROOM_TO_RUN: u64 = 16 << 20;
/// The shortest limit of a Unix socket path among the systems we run on (macOS).
const SOCKET_PATH_MAX: usize = 103;

/// Held for as long as this value lives; the system lets go of it when the process dies.
#[derive(Debug)]
pub struct LockGuard {
    file: File,
}

impl Drop for LockGuard {
    fn drop(&mut self) {
        // Closing is not enough: a child that another thread has just forked shares the file until it has become its program.
        let _nothing_to_do_about_it = rustix::fs::flock(&self.file, FlockOperation::Unlock);
    }
}

/// Takes a lock file, or says which process has it.
pub fn lock(path: &Path) -> Result<LockGuard> {
    let dir = path.parent().unwrap_or(path).display();
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .with_context(|| format!("cannot write in {dir}"))?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(Errno::WOULDBLOCK) => {
            let mut owner = String::new();
            file.read_to_string(&mut owner)?;
            bail!(Taken(format!("data directory {dir} is in use by process {}", owner.trim())));
        }
        Err(error) => return Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
    file.set_len(0)?;
    file.write_all(std::process::id().to_string().as_bytes())
        .with_context(|| format!("cannot write in {dir}"))?;
    Ok(LockGuard { file })
}

/// Waits for its turn instead of refusing.
pub(crate) async fn lock_in_turn(path: &Path) -> Result<LockGuard> {
    let since = Instant::now();
    loop {
        match lock(path) {
            Err(error) if error.is::<Taken>() && since.elapsed() < Duration::from_mins(3) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            outcome => return outcome,
        }
    }
}

#[derive(Debug)]
struct Taken(String);

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Taken {}

/// Where a home is when nobody says: of the system for root, of the user otherwise.
pub fn default_home(xdg_data_home: Option<&Path>, user_home: Option<&Path>) -> Option<PathBuf> {
    if geteuid().is_root() {
        return Some(PathBuf::from("/var/lib/dojob"));
    }
    let xdg = xdg_data_home.filter(|dir| dir.is_absolute()).map(|dir| dir.join("dojob"));
    xdg.or_else(|| user_home.map(|dir| dir.join(".local/share/dojob")))
}

/// What a running server wrote about itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Postmaster {
    pub pid: Pid,
    pub port: u16,
}

#[derive(Debug, Clone)]
pub(crate) struct Home {
    root: PathBuf,
    /// Whom the server runs as, when we are root and it may not be.
    pub runs_as: Option<(u32, u32)>,
}

impl Home {
    pub fn open(path: &Path) -> Result<Self> {
        let root = std::path::absolute(path)?;
        let shown = root.display();
        ensure!(
            !root.to_string_lossy().contains(['$', '"', '`', '\\', '\n']),
            "initdb hands {shown} to a shell: choose a data directory without $, \", ` and \\"
        );
        fs::create_dir_all(&root).with_context(|| format!("cannot create the data directory {shown}"))?;
        let runs_as = servers_user();
        let home = Self { root: root.clone(), runs_as };
        if runs_as.is_some() && fs::read_dir(&root)?.next().is_none() {
            fs::set_permissions(&root, Permissions::from_mode(0o755))?;
        }
        if let Some(wall) = home.wall(&root) {
            bail!(
                "PostgreSQL refuses to run as root and its stand-in `nobody` cannot enter {}: \
                 choose a data directory elsewhere, for example /var/lib/dojob",
                wall.display()
            );
        }
        for (dir, mode) in [("secrets", 0o700), ("run", 0o755), ("postgresql", 0o755)] {
            let dir = home.path(dir);
            if !dir.is_dir() {
                fs::create_dir(&dir).with_context(|| format!("cannot write in {shown}"))?;
                fs::set_permissions(&dir, Permissions::from_mode(mode))?;
            }
        }
        home.give(&home.path("run"))?;
        home.check_room()?;
        Ok(home)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// The first directory on the way that keeps the server's user out.
    pub fn wall<'a>(&self, path: &'a Path) -> Option<&'a Path> {
        let (user, _) = self.runs_as?;
        path.ancestors().find(|dir| {
            fs::metadata(dir).is_ok_and(|meta| {
                let needed = if meta.uid() == user { 0o100 } else { 0o001 };
                meta.is_dir() && meta.mode() & needed == 0
            })
        })
    }

    pub fn give(&self, path: &Path) -> Result<()> {
        give(path, self.runs_as)
    }

    /// The major version the data was made by; `None` before the first start.
    pub fn data_version(&self) -> Result<Option<u32>> {
        let file = self.data().join("PG_VERSION");
        match fs::read_to_string(&file) {
            Ok(text) => {
                let major = text.trim().split('.').next().unwrap_or_default().parse();
                Ok(Some(major.with_context(|| format!("{} says {text:?}", file.display()))?))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
        }
    }

    pub fn postmaster(&self) -> Option<Postmaster> {
        let text = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        let mut lines = text.lines();
        let pid = Pid::from_raw(lines.next()?.trim().parse().ok().filter(|pid| *pid > 0)?)?;
        Some(Postmaster { pid, port: lines.nth(2)?.trim().parse().ok()? })
    }

    pub fn socket_dir(&self) -> Option<PathBuf> {
        let dir = self.path("run");
        (dir.join(".s.PGSQL.65535").as_os_str().len() <= SOCKET_PATH_MAX).then_some(dir)
    }

    /// Removes sockets and their locks that a server left here. To be called when none of ours runs: the number in a lock may
    /// belong to any process by now, and PostgreSQL would wait for that one.
    pub fn clear_sockets(&self) -> Result<()> {
        let Some(dir) = self.socket_dir() else { return Ok(()) };
        for entry in fs::read_dir(&dir)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(".s.PGSQL.") {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// The password of a role, made up at its first mention.
    pub fn secret(&self, role: &str) -> Result<String> {
        let file = self.path("secrets").join(role);
        if !file.exists() {
            let password = format!(
                "{:016x}{:016x}{:016x}",
                OsRng.try_next_u64()?,
                OsRng.try_next_u64()?,
                OsRng.try_next_u64()?
            );
            // A crash half-way must not leave an empty password behind.
            let draft = file.with_extension("new");
            Self::write_private(&draft, &password)?;
            fs::rename(&draft, &file)?;
            File::open(self.path("secrets"))?.sync_all()?;
        }
        self.known_secret(role)
    }

    pub fn known_secret(&self, role: &str) -> Result<String> {
        let file = self.path("secrets").join(role);
        let password = fs::read_to_string(&file)
            .with_context(|| format!("cannot read the password of {role} in {}", file.display()))?;
        ensure!(!password.is_empty(), "{} is empty: put back the password of {role}", file.display());
        if fs::metadata(&file)?.mode() & 0o077 != 0 {
            // Not ours to mend when another user wrote it.
            let _ = fs::set_permissions(&file, Permissions::from_mode(0o600));
        }
        Ok(password)
    }

    /// A copy of the superuser's password that `initdb` can read, running as another user.
    pub fn lend_superuser_password(&self) -> Result<PathBuf> {
        let file = self.path("initdb.password");
        Self::write_private(&file, &self.secret(SUPERUSER)?)?;
        self.give(&file)?;
        Ok(file)
    }

    fn write_private(file: &Path, text: &str) -> Result<()> {
        let write = || {
            match fs::remove_file(file) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
            open.write_all(text.as_bytes())?;
            open.sync_all()
        };
        write().with_context(|| format!("cannot write {}", file.display()))
    }

    fn check_room(&self) -> Result<()> {
        let disk = rustix::fs::statvfs(&self.root)?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let needed = if self.data().exists() { ROOM_TO_RUN } else { ROOM_FOR_A_CLUSTER };
        if free < needed {
            return Err(anyhow!(
                "the disk of {} is full: {} MB free, {} MB needed",
                self.root.display(),
                free >> 20,
                needed >> 20
            ));
        }
        Ok(())
    }
}

/// Whom a server runs as, when we are root and it may not be.
fn servers_user() -> Option<(u32, u32)> {
    geteuid().is_root().then(nobody)
}

fn give(path: &Path, to: Option<(u32, u32)>) -> Result<()> {
    let Some((user, group)) = to else { return Ok(()) };
    chown(path, Some(user), Some(group)).with_context(|| format!("cannot give away {}", path.display()))
}

/// Lets the user that a server runs as own something that is in no home.
pub(crate) fn give_to_server(path: &Path) -> Result<()> {
    give(path, servers_user())
}

/// User and group of `nobody`, as this system numbers them.
fn nobody() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    users.lines().find_map(numbers).unwrap_or((65534, 65534))
}

fn numbers(line: &str) -> Option<(u32, u32)> {
    let mut fields = line.strip_prefix("nobody:")?.split(':').skip(1);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_free_at_once_whoever_shares_its_file() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("lock");
        let guard = lock(&path).unwrap();
        // What a child has that is forked and is not its program yet.
        let _shared = guard.file.try_clone().unwrap();
        assert!(lock(&path).is_err());
        drop(guard);
        lock(&path).unwrap();
    }
}
