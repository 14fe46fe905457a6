//! The site as it lies on a host: its files, a host of the test's own that can go away, and a newer
//! version.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::browser::Handed;

const SERVICE_WORKER: &str = "sw.js";

/// All of a site's files, by their paths from its root.
pub fn files(site: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let mut folders = vec![site.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let path = path.strip_prefix(site)?;
                files.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Copies a site.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in files(from)? {
        let to = to.join(&file);
        fs::create_dir_all(to.parent().context("no folder")?)?;
        fs::copy(from.join(&file), to)?;
    }
    Ok(())
}

/// Whether a URL is that of the page at `home` or of one of the site's files.
pub fn is_own(url: &str, home: &str, files: &[String]) -> bool {
    let path = url.strip_prefix(home);
    path.is_some_and(|path| path.is_empty() || files.iter().any(|file| file == path))
}

/// Whether a file is the learn page, or one that only that page needs.
pub fn is_of_learn(file: &str) -> bool {
    let of_learn = ["learn.html", "assets/learn/", "miniature/"];
    of_learn.iter().any(|start| file.starts_with(start))
}

/// A host that serves a site until it is dropped.
pub struct Host {
    process: Child,
    pub url: String,
}

impl Host {
    /// At a port of its own, or at the one that an earlier host had.
    pub fn start(site: &Path, port: u16) -> Result<Self> {
        let mut process = Command::new(Handed::read()?.xtask)
            .args(["serve", "--prefix", "/some/path/", "--port"])
            .arg(port.to_string())
            .arg("--site")
            .arg(site)
            .stdout(Stdio::piped())
            .spawn()
            .context("could not start a host")?;
        let mut url = String::new();
        let said = process.stdout.take().context("it says nothing")?;
        BufReader::new(said).read_line(&mut url)?;
        let url = url.trim().to_owned();
        ensure!(url.starts_with("http"), "the host did not start");
        Ok(Self { process, url })
    }

    pub fn port(&self) -> Result<u16> {
        url::Url::parse(&self.url)?.port().context("no port")
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Makes a newer version of a site, whose page has a program of another name; returns the names of
/// the old and the new program.
pub fn update(site: &Path) -> Result<(String, String)> {
    let read = |name: &str| fs::read_to_string(site.join(name)).context(name.to_owned());
    let page = read("index.html")?;
    let old = files(site)?
        .into_iter()
        .find(|file| file.ends_with(".js") && page.contains(&**file))
        .context("the page has no program")?;
    let new = old.replacen("assets/", "assets/newer-", 1);
    let program = read(&old)?;
    fs::remove_file(site.join(&old))?;
    fs::write(site.join(&new), &program)?;
    let newer_page = page.replace(&old, &new);
    fs::write(site.join("index.html"), &newer_page)?;

    let worker = read(SERVICE_WORKER)?;
    let told = worker.replace(&old, &new);
    let hashed = told.replace(&integrity(&page), &integrity(&newer_page));
    ensure!(
        worker != told && told != hashed,
        "{SERVICE_WORKER} does not name {old} and the page"
    );
    let is_version = |part: &&str| part.len() == 16 && part.chars().all(|c| c.is_ascii_hexdigit());
    let version = worker.split('"').find(is_version).context("no version")?;
    let newer = hashed.replace(version, "newer");
    fs::write(site.join(SERVICE_WORKER), newer)?;
    Ok((old, new))
}

fn integrity(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text))
}
