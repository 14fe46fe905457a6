//! The page in other languages than English: chosen or as the browser asks for, through a whole merge,
//! on narrow screens, and without a network.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::axe;
use e2e::browser::{Engine, Habit, Handed};
use e2e::models::{Llama, NORM, file, write};
use e2e::page::Page;
use e2e::site::Host;
use e2e::stage::{case, case_with};
use safetensors::Dtype;

const MOMENT: Duration = Duration::from_secs(30);
const SAVE_EACH: &str = "Save each shard before the next is written";

/// A language, and what the page says in it.
struct Speech {
    tag: &'static str,
    name: &'static str,
    language: &'static str,
    samples: &'static str,
    merge: &'static str,
    done: &'static str,
    offline: &'static str,
}

const ENGLISH: Speech = Speech {
    tag: "en",
    name: "English",
    language: "Language",
    samples: "Try with sample models",
    merge: "Merge",
    done: "Done. The result is below.",
    offline: "Works offline.",
};

const JAPANESE: Speech = Speech {
    tag: "ja",
    name: "日本語",
    language: "言語",
    samples: "サンプルモデルで試す",
    merge: "マージ",
    done: "完了しました。結果は下にあります。",
    offline: "オフラインでも使えます。",
};

const KOREAN: Speech = Speech {
    tag: "ko",
    name: "한국어",
    language: "언어",
    samples: "샘플 모델로 해 보기",
    merge: "병합",
    done: "끝났습니다. 결과는 아래에 있습니다.",
    offline: "오프라인에서도 작동합니다.",
};

const CHINESE: Speech = Speech {
    tag: "zh-Hant",
    name: "繁體中文",
    language: "語言",
    samples: "用範例模型試試",
    merge: "合併",
    done: "完成。結果在下方。",
    offline: "可離線使用。",
};

const ALL: [&Speech; 4] = [&JAPANESE, &KOREAN, &CHINESE, &ENGLISH];

#[tokio::test]
async fn every_language_leads_through_a_merge_and_is_remembered() -> Result<()> {
    case("languages", async |stage| {
        let page = &stage.page;
        for speech in ALL {
            choose(page, speech).await?;
            axe::finds_nothing(&page.client, &format!("empty, {}", speech.tag)).await?;
            page.client.refresh().await?;
            page.loaded().await?;
            speaks(page, speech).await?;
            merge_samples(page, speech).await?;
            all_told_in(page, speech, ".folder li, .plan-label, .model-label").await?;
            axe::finds_nothing(&page.client, &format!("done, {}", speech.tag)).await?;
            stage.keep_picture(speech.tag).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn no_language_is_wider_than_a_telephone() -> Result<()> {
    case("languages-narrow", async |stage| {
        let page = &stage.page;
        for speech in ALL {
            stage.open_narrow().await?;
            choose(page, speech).await?;
            fits(page, speech).await?;
            merge_samples(page, speech).await?;
            page.script(
                "for (const part of document.querySelectorAll('details')) part.open = true;",
            )
            .await?;
            fits(page, speech).await?;
            axe::finds_nothing(&page.client, &format!("narrow, {}", speech.tag)).await?;
        }
        Ok(())
    })
    .await
}

/// What the core says is told in the page's language: problems of files and of the plan, reasons and
/// notices, with what is in them.
#[tokio::test]
async fn what_is_wrong_is_told_in_every_language() -> Result<()> {
    case("languages-problems", async |stage| {
        let page = &stage.page;
        let folder = stage.folder_of("given");
        let mut tensors = Llama::small(Dtype::BF16).tensors(1);
        let whole = write(&folder, "base.safetensors", &file(&tensors)?)?;
        tensors.retain(|tensor| tensor.name != NORM);
        let less = write(&folder, "chat.safetensors", &file(&tensors)?)?;
        let cut = write(&folder, "cut.safetensors", &fs::read(&whole)?[..4000])?;
        page.give("Base", &[whole]).await?;
        page.give("Chat model 1", &[less]).await?;
        let told = format!("Tensor `{NORM}` can't be merged: chat model 1 has no such tensor.");
        page.refuses(&[&told]).await?;
        for speech in ALL {
            choose(page, speech).await?;
            all_told_in(page, speech, ".problems li, .model-label").await?;
            let told = page.script("return document.querySelector('.problems li').textContent");
            let told = told.await?.as_str().unwrap_or_default().to_owned();
            ensure!(told.contains(NORM), "{}: {told}", speech.tag);
        }
        page.give("Target", &[cut]).await?;
        page.refuses(&["Target: `cut.safetensors`: its tensors end at byte"])
            .await?;
        for speech in ALL {
            choose(page, speech).await?;
            all_told_in(page, speech, ".problems li").await?;
            stage.keep_picture(speech.tag).await?;
        }
        Ok(())
    })
    .await
}

/// That there are such elements, and that each says something in a language, and not in English.
async fn all_told_in(page: &Page, speech: &Speech, selector: &str) -> Result<()> {
    let all = format!(
        "return [...document.querySelectorAll('{selector}')]
             .map((at) => [at.textContent, at.innerHTML])"
    );
    let texts: Vec<(String, String)> = serde_json::from_value(page.script(&all).await?)?;
    ensure!(!texts.is_empty(), "there is no `{selector}`");
    for (text, markup) in texts {
        let is_east_asian = text.chars().any(|c| c >= '\u{3040}');
        let words = ["the", "is", "of", "has", "it", "none", "params", "chosen"];
        let is_english = text.split_whitespace().any(|word| words.contains(&word));
        let right = match speech.tag {
            "en" => !is_east_asian,
            _ => is_east_asian && !is_english,
        };
        ensure!(right && !markup.contains("lang="), "{}: {text}", speech.tag);
    }
    Ok(())
}

/// Another language changes nothing but words, in the middle of a merge too.
#[tokio::test]
async fn a_merge_goes_on_in_another_language() -> Result<()> {
    case("languages-midway", async |stage| {
        let page = &stage.page;
        page.try_samples().await?;
        page.enter("Chat model 1 weight", "0.25").await?;
        page.choose("Shards", "at most N GB a shard").await?;
        page.enter("Shard size in GB", "0.0002").await?;
        page.tick(SAVE_EACH).await?;
        page.ready().await?;
        page.press("Merge").await?;
        let offered = "const link = document.querySelector('.offer a');
            const held = document.querySelectorAll('#weight-0, #shard-size, #output-dtype');
            return link && [link.href, link.download, ...[...held].map(({ value }) => value)];";
        let waits = async || Ok(page.script(offered).await? != serde_json::Value::Null);
        page.wait("the first shard", MOMENT, waits).await?;
        let before = page.script(offered).await?;
        choose(page, &JAPANESE).await?;
        ensure!(
            page.script(offered).await? == before,
            "not as it was: {before}"
        );
        page.press("キャンセル").await?;
        let cancelled = async || {
            Ok(page
                .merge_status()
                .await?
                .starts_with("キャンセルしました。"))
        };
        page.wait("the end of the merge", MOMENT, cancelled).await?;
        // What was said before is said again in the language of now.
        choose(page, &ENGLISH).await?;
        let status = page.merge_status().await?;
        ensure!(status == "Cancelled. Nothing was kept.", "{status}");
        page.ready().await
    })
    .await
}

#[tokio::test]
async fn without_a_network_the_page_speaks_any_language() -> Result<()> {
    case("languages-offline", async |stage| {
        let page = &stage.page;
        let host = Host::start(&stage.site, 0)?;
        let url = host.url.clone();
        page.client.goto(&url).await?;
        page.foot_says(ENGLISH.offline).await?;
        drop(host);
        page.client.goto(&url).await?;
        page.loaded().await?;
        for speech in [&JAPANESE, &CHINESE] {
            choose(page, speech).await?;
            page.client.goto(&url).await?;
            page.loaded().await?;
            speaks(page, speech).await?;
            page.foot_says(speech.offline).await?;
        }
        merge_samples(page, &CHINESE).await
    })
    .await
}

/// WebKit's driver can't ask for another language than the machine's.
#[tokio::test]
async fn the_page_speaks_as_the_browser_asks() -> Result<()> {
    let asks = Handed::read()?.engine != Engine::Webkit;
    let (habit, speech) = match asks {
        true => (Habit::Reads("zh-CN,zh-TW,ja,en"), &CHINESE),
        false => (Habit::Plain, &ENGLISH),
    };
    case_with("languages-asked", habit, async |stage| {
        speaks(&stage.page, speech).await
    })
    .await?;
    Ok(())
}

/// All other tests read English.
#[tokio::test]
async fn browsers_of_these_tests_ask_for_english() -> Result<()> {
    case("languages-english", async |stage| {
        let asked = stage.page.script("return navigator.languages[0]").await?;
        let english = asked.as_str().is_some_and(|tag| tag.starts_with("en"));
        ensure!(english, "the browser asks for {asked}");
        speaks(&stage.page, &ENGLISH).await
    })
    .await
}

/// Chooses a language, whichever the page speaks.
async fn choose(page: &Page, speech: &Speech) -> Result<()> {
    let tag = page.script("return document.documentElement.lang").await?;
    let now = ALL.into_iter().find(|speech| tag == speech.tag);
    let field = now
        .with_context(|| format!("the page speaks {tag}"))?
        .language;
    page.choose(field, speech.name).await?;
    speaks(page, speech).await
}

/// Waits until the page speaks a language, and says so.
async fn speaks(page: &Page, speech: &Speech) -> Result<()> {
    let tag = async || Ok(page.script("return document.documentElement.lang").await? == speech.tag);
    page.wait(speech.name, MOMENT, tag).await?;
    let chosen = page.named(speech.language).await?.prop("value").await?;
    ensure!(
        chosen.as_deref() == Some(speech.tag),
        "{chosen:?} is chosen"
    );
    Ok(())
}

async fn merge_samples(page: &Page, speech: &Speech) -> Result<()> {
    page.press(speech.samples).await?;
    let enabled = async || Ok(page.named(speech.merge).await?.is_enabled().await?);
    page.wait("the plan", MOMENT, enabled).await?;
    page.press(speech.merge).await?;
    let done = async || Ok(page.merge_status().await? == speech.done);
    page.wait(speech.done, MOMENT, done).await
}

/// Nothing makes the page scroll sideways.
async fn fits(page: &Page, speech: &Speech) -> Result<()> {
    let wide = "const { scrollWidth, clientWidth } = document.documentElement;
        return [scrollWidth - clientWidth, clientWidth];";
    let wide = page.script(wide).await?;
    ensure!(
        wide[0] == 0 && wide[1].as_u64() < Some(400),
        "{}: {wide}",
        speech.tag
    );
    Ok(())
}
