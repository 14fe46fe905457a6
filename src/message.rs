//! Sentences for people, in a form that can be said in other languages: an English template, and what
//! fills its gaps. The template is the key by which a translation is found (as in gettext), so English
//! stands where it is said, and whoever has no translation says it as it is.

use serde::Serialize;
use std::fmt;

/// A sentence, or a part of one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Message {
    /// In English, with gaps such as `{file}`.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    template: &'static str,
    /// What fills each gap.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "[string, Filling][]"))]
    fillings: Vec<(&'static str, Filling)>,
}

/// What fills a gap of a [`Message`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(untagged)]
pub enum Filling {
    /// What is the same in all languages: names, numbers, what others say.
    Text(String),
    /// What is to be translated in its turn.
    Message(Message),
}

/// What can fill a gap.
pub trait Fill {
    /// It, as it is told.
    fn filling(&self) -> Filling;
}

/// A message: `say!("{file} is {size} long", file = shown(name), size)`.
///
/// That the gaps and what fills them have the same names is checked by the compiler.
macro_rules! say {
    ($template:literal) => {{
        const { assert!($crate::message::fits($template, &[])) };
        $crate::message::Message::whole($template)
    }};
    ($template:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        const { assert!($crate::message::fits($template, &[$(stringify!($name)),*])) };
        $crate::message::Message::new(
            $template,
            &[$((
                stringify!($name),
                &$crate::message::say!(@ $name $(= $value)?) as &dyn $crate::message::Fill,
            )),*],
        )
    }};
    (@ $name:ident) => { $name };
    (@ $name:ident = $value:expr) => { $value };
}
pub(crate) use say;

/// Makes an error of a type by its `message`, a clause that starts small and has no full stop.
macro_rules! error {
    ($type:ty) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.message().fmt(f)
            }
        }

        impl std::error::Error for $type {}

        impl $crate::message::Fill for $type {
            fn filling(&self) -> $crate::message::Filling {
                self.message().filling()
            }
        }
    };
}
pub(crate) use error;

/// What makes a clause a sentence, in languages that have capitals and full stops.
const SENTENCE: &str = "{clause}.";

impl Message {
    /// One without gaps.
    #[doc(hidden)]
    pub const fn whole(template: &'static str) -> Self {
        Self {
            template,
            fillings: Vec::new(),
        }
    }

    /// See [`say`].
    #[doc(hidden)]
    pub fn new(template: &'static str, fillings: &[(&'static str, &dyn Fill)]) -> Self {
        let mut filled = Vec::with_capacity(fillings.len());
        for (name, value) in fillings {
            filled.push((*name, value.filling()));
        }
        Self {
            template,
            fillings: filled,
        }
    }

    /// This clause as a sentence of its own.
    pub fn sentence(self) -> Self {
        Self::new(SENTENCE, &[("clause", &self)])
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.template.is_empty()
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (SENTENCE, [(_, clause)]) = (self.template, &self.fillings[..]) {
            let clause = clause.to_string();
            let mut rest = clause.chars();
            let first = rest.next().map(|first| first.to_ascii_uppercase());
            return write!(f, "{}{}.", first.unwrap_or_default(), rest.as_str());
        }
        let mut rest = self.template;
        while let Some((before, (name, after))) = next_gap(rest) {
            f.write_str(before)?;
            let filling = self.fillings.iter().find(|(other, _)| *other == name);
            if let Some((_, filling)) = filling {
                filling.fmt(f)?;
            }
            rest = after;
        }
        f.write_str(rest)
    }
}

/// What stands before the first gap of a template, its name, and what stands after it.
fn next_gap(template: &str) -> Option<(&str, (&str, &str))> {
    let (before, rest) = template.split_once('{')?;
    Some((before, rest.split_once('}')?))
}

impl fmt::Display for Filling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Filling::Text(text) => f.write_str(text),
            Filling::Message(message) => message.fmt(f),
        }
    }
}

impl From<String> for Filling {
    fn from(text: String) -> Self {
        Filling::Text(text)
    }
}

impl From<&str> for Filling {
    fn from(text: &str) -> Self {
        Filling::Text(text.to_owned())
    }
}

impl From<Message> for Filling {
    fn from(message: Message) -> Self {
        Filling::Message(message)
    }
}

impl Fill for Message {
    fn filling(&self) -> Filling {
        Filling::Message(self.clone())
    }
}

impl Fill for Filling {
    fn filling(&self) -> Filling {
        self.clone()
    }
}

impl<T: Fill + ?Sized> Fill for &T {
    fn filling(&self) -> Filling {
        (*self).filling()
    }
}

impl Fill for str {
    fn filling(&self) -> Filling {
        Filling::Text(self.to_owned())
    }
}

impl Fill for String {
    fn filling(&self) -> Filling {
        Filling::Text(self.clone())
    }
}

impl Fill for u64 {
    fn filling(&self) -> Filling {
        Filling::Text(self.to_string())
    }
}

impl Fill for usize {
    fn filling(&self) -> Filling {
        (*self as u64).filling()
    }
}

/// Whether each gap of a template has one of these names, and each name a gap.
#[doc(hidden)]
pub const fn fits(template: &str, names: &[&str]) -> bool {
    let template = template.as_bytes();
    let mut seen = 0u64;
    let mut at = 0;
    while at < template.len() {
        if template[at] == b'{' {
            let mut which = 0;
            while which < names.len() && !stands_at(template, at + 1, names[which].as_bytes()) {
                which += 1;
            }
            if which == names.len() {
                return false;
            }
            seen |= 1 << which;
        }
        at += 1;
    }
    seen == (1 << names.len()) - 1
}

/// Whether a gap of this name begins there.
const fn stands_at(template: &[u8], at: usize, name: &[u8]) -> bool {
    if at + name.len() >= template.len() || template[at + name.len()] != b'}' {
        return false;
    }
    let mut i = 0;
    while i < name.len() {
        if template[at + i] != name[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_by_name() {
        let size = 3usize;
        let inner = say!("it is {size} long", size);
        let message = say!("`{file}`: {why} ({file})", file = "a{why}b", why = inner);
        assert_eq!(message.to_string(), "`a{why}b`: it is 3 long (a{why}b)");
        assert_eq!(say!("plain").to_string(), "plain");
        assert_eq!(Message::default().to_string(), "");
    }

    #[test]
    fn a_clause_becomes_a_sentence() {
        let clause = say!("the file is empty. Download it again");
        let sentence = "The file is empty. Download it again.";
        assert_eq!(clause.sentence().to_string(), sentence);
        let named = say!("`{file}` is empty", file = "a");
        assert_eq!(named.sentence().to_string(), "`a` is empty.");
        assert_eq!(say!("été").sentence().to_string(), "été.");
    }

    #[test]
    fn gaps_and_names_that_do_not_fit_are_found() {
        for (template, names, right) in [
            ("no gap", &[][..], true),
            ("{a} and {b}", &["a", "b"], true),
            ("{a} and {a}", &["a"], true),
            ("{a}", &["a", "b"], false),
            ("{a} and {b}", &["a"], false),
            ("{ab}", &["a"], false),
            ("{a}", &["ab"], false),
            ("{a", &["a"], false),
            ("{}", &[], false),
        ] {
            assert_eq!(fits(template, names), right, "{template} {names:?}");
        }
    }
}
