//! The package for other pages, on a host that has the models, too.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::models::Model;
use crate::site::{self, Host};
use crate::stage::Stage;

/// What scripts of [`Package::run`] begin with: the package, a file of the host as a Blob, and a Blob's
/// bytes as text.
const PRELUDE: &str = r#"
    const { ChatVectorError, Merger } = await import(`${location.href}pkg/dist/chat-vector.js`);
    const blobOf = async (path) => (await fetch(`${location.href}${path}`)).blob();
    const base64 = async (blob) => {
      let text = "";
      for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte);
      return btoa(text);
    };
"#;

/// The repository, whose package has been built.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A host of the package.
pub struct Package<'a> {
    stage: &'a Stage,
    folder: PathBuf,
    pub host: Host,
}

impl<'a> Package<'a> {
    /// # Errors
    /// If its files can't be copied, or the host does not start.
    pub fn serve(stage: &'a Stage) -> Result<Self> {
        let folder = stage.folder_of("site");
        site::copy(&repository().join("pkg/dist"), &folder.join("pkg/dist"))?;
        fs::write(folder.join("index.html"), "the package")?;
        let host = Host::start(&folder, 0)?;
        Ok(Self {
            stage,
            folder,
            host,
        })
    }

    /// Puts a file on the host.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn add(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().context("no folder")?)?;
        Ok(fs::write(path, bytes)?)
    }

    /// Puts a model on the host, in a folder of this name: its files and what lies beside them.
    ///
    /// # Errors
    /// If they can't be copied.
    pub fn add_model(&self, name: &str, model: &Model) -> Result<()> {
        let first = model.files.first().context("no files")?;
        let folder = first.parent().context("no folder")?;
        site::copy(folder, &self.folder.join(name))
    }

    /// Runs a script on the host's page, and returns what it returns.
    ///
    /// # Errors
    /// What the script throws.
    pub async fn run(&self, script: &str) -> Result<Value> {
        let page = &self.stage.page;
        page.client.goto(&self.host.url).await?;
        page.script(&format!("{PRELUDE}{script}")).await
    }

    /// Saves the files that a script has returned, by their names and as [base64]: as if downloaded.
    ///
    /// # Errors
    /// If that is no list of files.
    pub fn save(&self, files: &Value) -> Result<()> {
        fs::create_dir_all(self.stage.out())?;
        for file in files.as_array().context("no files")? {
            let name = file["name"].as_str().context("no name")?;
            let bytes = STANDARD.decode(file["base64"].as_str().context("no bytes")?)?;
            fs::write(self.stage.out().join(name), bytes)?;
        }
        Ok(())
    }
}
