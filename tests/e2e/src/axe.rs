//! What axe-core finds on the page, by the rules that it has for everybody.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use fantoccini::Client;

/// Where npm puts it.
const PROGRAM: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../www/node_modules/axe-core/axe.min.js"
);

const RUN: &str = "
    const done = arguments[0];
    axe.run({ resultTypes: ['violations'] }).then(
        ({ violations, passes }) => done({
            passed: passes.length,
            found: violations.map(({ id, help, nodes }) => {
                const where = nodes.map(({ target, any }) => `${target}: ${any[0]?.message ?? ''}`);
                return `${id} (${help}): ${where.join(' | ')}`;
            }),
        }),
        (error) => done({ found: [String(error)] }),
    );";

/// Fails with all that it finds in the page as it is now.
pub async fn finds_nothing(client: &Client, when: &str) -> Result<()> {
    let there = client.execute("return 'axe' in window", vec![]).await?;
    if there != true {
        let program =
            fs::read_to_string(Path::new(PROGRAM)).context("axe-core is not installed")?;
        client.execute(&program, vec![]).await?;
    }
    let answer = client.execute_async(RUN, vec![]).await?;
    let found: Vec<String> = serde_json::from_value(answer["found"].clone())?;
    ensure!(found.is_empty(), "{when}: {}", found.join("\n"));
    let passed = answer["passed"].as_u64().unwrap_or_default();
    ensure!(
        passed > 10,
        "{when}: axe-core has looked at nothing: {answer}"
    );
    Ok(())
}
