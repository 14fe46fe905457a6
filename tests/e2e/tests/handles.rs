//! The package with handles of files and folders: those of the private disk, which are like those that
//! pickers give.

use anyhow::{Result, ensure};
use e2e::compare;
use e2e::models::{Llama, Model};
use e2e::oracle::{self, Models};
use e2e::package::Package;
use e2e::recipe::Recipe;
use e2e::stage::case;
use safetensors::Dtype;

/// A model of shards by its folder's handle, one by its file's; written to a folder that was given, and
/// nothing there of a merge that was stopped.
#[tokio::test]
async fn handles_merge() -> Result<()> {
    case("package-handles", async |stage| {
        let package = Package::serve(stage)?;
        let tensors = |seed| Llama::small(Dtype::BF16).tensors(seed);
        let base = tensors(1);
        let (first, second) = base.split_at(base.len() / 2);
        let models = Models {
            base: Model::shards(&stage.folder_of("base"), &[first, second])?,
            target: None,
            chats: vec![Model::one_file(&stage.folder_of("chat-1"), &tensors(2))?],
        };
        package.add_model("base", &models.base)?;
        package.add_model("chat-1", &models.chats[0])?;
        let told = package
            .run(
                r#"
                const root = await navigator.storage.getDirectory();
                const keep = async (folder, name, blob) => {
                  const file = await folder.getFileHandle(name, { create: true });
                  const stream = await file.createWritable();
                  await stream.write(blob);
                  await stream.close();
                  return file;
                };
                const list = async (folder) => {
                  const names = [];
                  for await (const name of folder.keys()) names.push(name);
                  return names.sort();
                };
                const shards = await root.getDirectoryHandle("base", { create: true });
                const names = [1, 2].map((i) => `model-0000${i}-of-00002.safetensors`);
                for (const name of names) await keep(shards, name, await blobOf(`base/${name}`));
                const one = await blobOf("chat-1/model.safetensors");
                const merger = await Merger.start();
                const base = await merger.inspect(shards);
                const chat = await merger.inspect(await keep(root, "chat.safetensors", one));
                const merge = { base, chats: [chat], weights: [0.5] };

                const destination = await root.getDirectoryHandle("out", { create: true });
                const aborted = new AbortController();
                const onProgress = () => aborted.abort();
                const stopped = await merger
                  .merge(merge, { destination, onProgress, signal: aborted.signal })
                  .catch((error) => error instanceof ChatVectorError && error.message);
                const left = await list(destination);

                const merged = await merger.merge(merge, { destination });
                merger.stop();
                const files = [];
                for (const name of await list(destination)) {
                  const handle = await destination.getFileHandle(name);
                  files.push({ name, base64: await base64(await handle.getFile()) });
                }
                return { stopped, left, files, given: merged.map(({ name, file }) => [name, file]) };
                "#,
            )
            .await?;
        let stopped = told["stopped"].as_str().unwrap_or_default();
        ensure!(stopped.contains("cancelled"), "stopped: {told}");
        ensure!(told["left"] == serde_json::json!([]), "left: {}", told["left"]);
        let given = told["given"].as_array().map_or(0, Vec::len);
        ensure!(given == 3, "{}", told["given"]);
        package.save(&told["files"])?;
        let expected = oracle::merge(&models, &Recipe::new(&[0.5]));
        compare::folder(stage.out(), &compare::as_target(&expected))
    })
    .await
}
