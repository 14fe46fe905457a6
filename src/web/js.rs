//! Plain values across the border to JavaScript.

use super::messages::Failure;
use crate::document::Document;
use crate::message::say;
use crate::report::shown_reason;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// A plain object: `None` as `null`, maps as objects.
pub fn from<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    let value = value.serialize(&serializer);
    value.map_err(|error| unexpected(&error.to_string()))
}

/// A value of the page's.
pub fn to<T: DeserializeOwned>(value: JsValue) -> Result<T, JsValue> {
    let value = serde_wasm_bindgen::from_value(value);
    value.map_err(|error| unexpected(&error.to_string()))
}

fn unexpected(error: &str) -> JsValue {
    let error = shown_reason(error);
    Failure::internal(say!("Something went wrong inside the page: {error}", error)).into()
}

/// A recipe's document of its JSON.
pub fn document(text: &str) -> Result<Document, String> {
    let value = js_sys::JSON::parse(text).map_err(|error| exception(&error).1)?;
    serde_wasm_bindgen::from_value(value).map_err(|error| error.to_string())
}

/// Waits for a promise of a known type.
pub async fn wait<T: JsCast>(promise: js_sys::Promise) -> Result<T, JsValue> {
    Ok(JsFuture::from(promise).await?.unchecked_into())
}

/// The name of an exception, such as `QuotaExceededError`, and its words.
pub fn exception(error: &JsValue) -> (String, String) {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => (error.name().into(), error.message().into()),
        None => match error.dyn_ref::<web_sys::DomException>() {
            Some(error) => (error.name(), error.message()),
            None => (String::new(), format!("{error:?}")),
        },
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &js_sys::Function, milliseconds: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

/// Resolves after some time; its timer goes with it.
pub struct Sleep {
    timer: JsValue,
    resolve: js_sys::Function,
    promise: JsFuture,
}

impl Sleep {
    /// Starts the timer.
    pub fn new(milliseconds: f64) -> Self {
        let mut resolve = JsValue::UNDEFINED;
        let promise = js_sys::Promise::new(&mut |function, _| resolve = function.into());
        let resolve: js_sys::Function = resolve.unchecked_into();
        Self {
            timer: set_timeout(&resolve, milliseconds),
            resolve,
            promise: promise.into(),
        }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<()> {
        std::pin::Pin::new(&mut self.promise)
            .poll(context)
            .map(|_| ())
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        clear_timeout(&self.timer);
        // A promise that never settles would keep its closures for good.
        let _ = self.resolve.call0(&JsValue::UNDEFINED);
    }
}
