//! A static file server for the built site, on this machine only.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use percent_encoding::percent_decode_str;
use tiny_http::{Header, Method, Request, Response};

use crate::paths;

const THREADS: usize = 4;
/// Between two connections of the server to itself.
const NUDGE: Duration = Duration::from_millis(50);

/// The path that the site is served under; begins and ends with a slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(String);

impl Prefix {
    pub fn root() -> Self {
        Self("/".to_owned())
    }
}

impl FromStr for Prefix {
    type Err = anyhow::Error;

    fn from_str(path: &str) -> Result<Self> {
        let inner = path.trim_matches('/');
        if inner.is_empty() {
            return Ok(Self::root());
        }
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
        for segment in inner.split('/') {
            if segment.is_empty() || segment.starts_with('.') || !segment.chars().all(is_plain) {
                bail!("each part of the path must be plain letters, digits, -, _, . or ~");
            }
        }
        Ok(Self(format!("/{inner}/")))
    }
}

/// A server that has its port; what asks before [`Server::run`] waits.
pub struct Server {
    listener: TcpListener,
    site: Site,
    url: String,
}

impl Server {
    /// Takes the port, or a free one if it is 0, for the built site.
    pub fn bind(port: u16, prefix: Prefix) -> Result<Self> {
        Self::bind_for(paths::dist(), port, prefix)
    }

    /// The same for any folder.
    pub fn bind_for(root: PathBuf, port: u16, prefix: Prefix) -> Result<Self> {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
                io::ErrorKind::AddrInUse => anyhow!(
                    "port {port} is in use; stop the program that listens there, or choose \
                     another port with --port N"
                ),
                _ => anyhow!(error).context(format!("could not listen on port {port}")),
            })?;
        let url = format!("http://{}{}", listener.local_addr()?, prefix.0);
        let site = Site { root, prefix };
        Ok(Self {
            listener,
            site,
            url,
        })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Serves until the process ends.
    pub fn run(self) -> Result<()> {
        for thread in self.spawn()? {
            thread.join().map_err(|_| anyhow!("the server stopped"))?;
        }
        Ok(())
    }

    /// Serves in the background until the process ends.
    pub fn spawn(self) -> Result<Vec<JoinHandle<()>>> {
        let address = self.listener.local_addr()?;
        let server = tiny_http::Server::from_listener(self.listener, None)
            .map_err(|error| anyhow!("could not start the server: {error}"))?;
        let server = Arc::new(server);
        let site = Arc::new(self.site);
        let serve = || {
            let (server, site) = (Arc::clone(&server), Arc::clone(&site));
            thread::spawn(move || {
                for request in server.incoming_requests() {
                    // An error here is a browser that closed the connection.
                    let _ = site.respond(request);
                }
            })
        };
        thread::spawn(move || nudge(address));
        Ok((0..THREADS).map(|_| serve()).collect())
    }
}

/// Of connections that come at the same moment, tiny_http may leave one waiting for a thread that
/// another has, for as long as that one is open. Each new connection makes it look again.
fn nudge(address: SocketAddr) {
    loop {
        thread::sleep(NUDGE);
        drop(TcpStream::connect(address));
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Answer {
    File(PathBuf),
    Redirect(String),
    NotFound,
}

struct Site {
    root: PathBuf,
    prefix: Prefix,
}

impl Site {
    fn respond(&self, request: Request) -> io::Result<()> {
        if !matches!(request.method(), Method::Get | Method::Head) {
            return respond_plainly(
                request,
                405,
                "Method not allowed",
                &[("Allow", "GET, HEAD")],
            );
        }
        match self.resolve(request.url()) {
            Answer::Redirect(to) => respond_plainly(request, 301, "Moved", &[("Location", &to)]),
            Answer::NotFound => respond_plainly(request, 404, "Not found", &[]),
            Answer::File(path) => match File::open(&path) {
                Ok(file) => {
                    let response = Response::from_file(file);
                    request.respond(with_headers(response, &[("Content-Type", mime(&path))]))
                }
                Err(_) => respond_plainly(request, 404, "Not found", &[]),
            },
        }
    }

    /// Which file a request's path stands for, always one inside the root.
    fn resolve(&self, url: &str) -> Answer {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        if format!("{path}/") == self.prefix.0 {
            return Answer::Redirect(self.prefix.0.clone());
        }
        let Some(inner) = path.strip_prefix(&self.prefix.0) else {
            return Answer::NotFound;
        };
        let Ok(inner) = percent_decode_str(inner).decode_utf8() else {
            return Answer::NotFound;
        };
        let mut file = self.root.clone();
        let mut segments = inner.split('/').peekable();
        while let Some(segment) = segments.next() {
            match segment {
                "" if segments.peek().is_none() => file.push("index.html"),
                "" => return Answer::NotFound,
                _ if segment.starts_with('.') || segment.contains(['\\', ':', '\0']) => {
                    return Answer::NotFound;
                }
                _ => file.push(segment),
            }
        }
        if file.is_file() {
            Answer::File(file)
        } else {
            Answer::NotFound
        }
    }
}

fn respond_plainly(
    request: Request,
    status: u16,
    text: &str,
    headers: &[(&str, &str)],
) -> io::Result<()> {
    let response = Response::from_string(format!("{text}\n")).with_status_code(status);
    request.respond(with_headers(response, headers))
}

fn with_headers<R: io::Read>(mut response: Response<R>, headers: &[(&str, &str)]) -> Response<R> {
    for (name, value) in headers.iter().chain(&[("Cache-Control", "no-cache")]) {
        if let Ok(header) = Header::from_bytes(*name, *value) {
            response.add_header(header);
        }
    }
    response
}

fn mime(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Read as _, Write as _};

    use super::*;

    /// A site under `prefix`, with a secret beside its root.
    fn site(prefix: &str) -> (tempfile::TempDir, Site) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("dist");
        fs::create_dir_all(root.join("assets")).unwrap();
        fs::write(dir.path().join("secret.txt"), "secret").unwrap();
        fs::write(root.join("index.html"), "<title>page</title>").unwrap();
        fs::write(root.join(".hidden"), "hidden").unwrap();
        fs::write(root.join("assets/a b.js"), "1").unwrap();
        let prefix = prefix.parse().unwrap();
        (dir, Site { root, prefix })
    }

    #[test]
    fn resolves_files_under_the_prefix() {
        for (prefix, base) in [("/", "/"), ("/sub/path", "/sub/path/"), ("sub/", "/sub/")] {
            let (_dir, site) = site(prefix);
            let file = |path: &str| Answer::File(site.root.join(path));
            let resolve = |path: &str| site.resolve(&format!("{base}{path}"));
            assert_eq!(resolve(""), file("index.html"));
            assert_eq!(resolve("?query=1"), file("index.html"));
            assert_eq!(resolve("index.html"), file("index.html"));
            assert_eq!(resolve("assets/a%20b.js?v=1"), file("assets/a b.js"));
            assert_eq!(resolve("assets"), Answer::NotFound);
            assert_eq!(resolve("assets/"), Answer::NotFound);
            assert_eq!(resolve("missing.js"), Answer::NotFound);
        }
    }

    #[test]
    fn serves_nothing_outside_the_prefix() {
        let (_dir, site) = site("/sub/path");
        let to = Answer::Redirect("/sub/path/".to_owned());
        assert_eq!(site.resolve("/sub/path"), to);
        for path in ["/", "/index.html", "/sub/pathindex.html", "/sub/", ""] {
            assert_eq!(site.resolve(path), Answer::NotFound, "{path}");
        }
    }

    #[test]
    fn serves_nothing_outside_the_root() {
        let (dir, site) = site("/");
        let absolute = dir.path().join("secret.txt").display().to_string();
        for path in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "/%2e%2e%2Fsecret.txt",
            "/assets/../../secret.txt",
            "/..\\secret.txt",
            "/..%5csecret.txt",
            "/.hidden",
            "//secret.txt",
            "/c:/secret.txt",
            "/index.html%00",
            "/%ff",
            &format!("/{absolute}"),
            &format!("/{}", absolute.replace('/', "%2F")),
        ] {
            assert_eq!(site.resolve(path), Answer::NotFound, "{path}");
        }
    }

    #[test]
    fn refuses_odd_prefixes() {
        for prefix in ["/a/../b", "/a b/", "/a//b", "/.", "/%41/"] {
            assert!(prefix.parse::<Prefix>().is_err(), "{prefix}");
        }
    }

    #[test]
    fn knows_mime_types() {
        for (name, expected) in [
            ("index.html", "text/html; charset=utf-8"),
            ("a.js", "text/javascript; charset=utf-8"),
            ("a.css", "text/css; charset=utf-8"),
            ("a_bg.wasm", "application/wasm"),
            ("a.svg", "image/svg+xml"),
            ("a.json", "application/json"),
            ("a.webmanifest", "application/manifest+json"),
            ("a.png", "image/png"),
            ("a", "application/octet-stream"),
        ] {
            assert_eq!(mime(Path::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn answers_over_http() {
        let (_dir, site) = site("/sub");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let url = String::new();
        let server = Server {
            listener,
            site,
            url,
        };
        server.spawn().unwrap();
        let ask = |request: &str| {
            let mut stream = TcpStream::connect(address).unwrap();
            write!(
                stream,
                "{request} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            )
            .unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };

        let page = ask("GET /sub/");
        assert!(page.starts_with("HTTP/1.1 200"));
        assert!(page.contains("Content-Type: text/html; charset=utf-8\r\n"));
        assert!(page.contains("Cache-Control: no-cache\r\n"));
        assert!(page.ends_with("<title>page</title>"));
        let head = ask("HEAD /sub/");
        assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"));
        assert!(ask("GET /sub").contains("Location: /sub/\r\n"));
        assert!(ask("GET /sub/%2e%2e/secret.txt").starts_with("HTTP/1.1 404"));
        assert!(ask("POST /sub/").starts_with("HTTP/1.1 405"));
    }

    #[test]
    fn says_that_a_port_is_in_use() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = Server::bind(port, Prefix::root()).err().unwrap();
        let start = format!("port {port} is in use;");
        assert!(error.to_string().starts_with(&start));
    }

    #[test]
    fn connections_that_stay_open_keep_none_waiting() {
        let (_dir, site) = site("/");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let url = String::new();
        let server = Server {
            listener,
            site,
            url,
        };
        server.spawn().unwrap();
        let ask = move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream
                .set_read_timeout(Some(Duration::from_secs(5)))
                .unwrap();
            stream
                .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                .unwrap();
            let answer = stream.read(&mut [0; 8]);
            (stream, answer.is_ok())
        };
        for _ in 0..60 {
            let asked: Vec<_> = (0..8).map(|_| thread::spawn(ask)).collect();
            let answers: Vec<_> = asked
                .into_iter()
                .map(|asked| asked.join().unwrap())
                .collect();
            assert!(answers.iter().all(|(_, answered)| *answered));
        }
    }
}
