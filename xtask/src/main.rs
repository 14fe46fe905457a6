//! The build tool: `cargo xtask build`, `package`, `start`, `serve`, `test`, `bench` and
//! `samples`.

mod bench;
mod browser;
mod e2e;
mod licences;
mod npm;
mod paths;
mod process;
mod python;
mod samples;
mod server;
mod site;
mod steps;
mod tools;
mod wasm;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::browser::Engine;
use crate::server::{Prefix, Server};
use crate::steps::Step;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, serves and tests the page")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the static site into www/dist
    Build,
    /// Build the package for other pages into pkg/dist
    Package,
    /// Build the site and serve it on this machine
    Start {
        /// The port to listen on; 0 takes a free one
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
    /// Serve www/dist as it is, printing its URL first
    Serve {
        /// The port to listen on; 0 takes a free one
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// The path to serve the site under
        #[arg(long, default_value = "/")]
        prefix: Prefix,
        /// Another folder than www/dist
        #[arg(long)]
        site: Option<PathBuf>,
    },
    /// Run every test, or only the steps named
    Test {
        steps: Vec<Step>,
        /// In this browser, instead of all of them; can be given again
        #[arg(long)]
        browser: Vec<Engine>,
        /// After `--`: of the e2e tests only those whose names contain one of these
        #[arg(last = true)]
        only: Vec<String>,
        /// Only name the steps
        #[arg(long)]
        list: bool,
    },
    /// Measure the page in real browsers and print a table; `--help` names what can be chosen
    #[command(disable_help_flag = true)]
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Make the models of `Try with sample models` anew, in www/public/samples
    Samples,
    /// Run one wasm test binary in the browser; cargo calls this
    #[command(hide = true)]
    WasmTestRunner {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Build => site::build()?,
        Command::Package => site::build_package()?,
        Command::Start { port } => {
            // Bound first, so that a port in use is not found out after minutes of building.
            let server = Server::bind(port, Prefix::root())?;
            site::build()?;
            println!("\nServing {} until Ctrl-C", server.url());
            server.run()?;
        }
        Command::Serve { port, prefix, site } => {
            let site = site.unwrap_or_else(paths::dist);
            let server = Server::bind_for(site.clone(), port, prefix)?;
            site::check_built(&site)?;
            println!("{}", server.url());
            server.run()?;
        }
        Command::Test { list: true, .. } => steps::list(),
        Command::Test {
            steps,
            browser,
            only,
            ..
        } => return Ok(steps::run(&steps, &browser, &only)),
        Command::Bench { args } => bench::run(&args)?,
        Command::Samples => samples::write()?,
        Command::WasmTestRunner { args } => browser::run_wasm_tests(args)?,
    }
    Ok(ExitCode::SUCCESS)
}
