//! The operator's token: made anew at each start, printed there, compared in constant time.

use std::sync::Arc;

#[derive(Clone)]
pub(crate) struct Token(Arc<str>);

impl Token {
    pub(crate) fn draw() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Token(hex.into()))
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Takes as long for a token that is nearly right as for one that is all wrong.
    pub(crate) fn is(&self, given: &str) -> bool {
        let differences = self
            .0
            .bytes()
            .zip(given.bytes())
            .fold(0, |differences, (a, b)| differences | (a ^ b));
        self.0.len() == given.len() && differences == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_is_the_token() {
        let token = Token::draw().unwrap();
        assert!(token.is(token.reveal()));
        assert!(!token.is(""));
        assert!(!token.is(&token.reveal()[1..]));
        assert!(!token.is(Token::draw().unwrap().reveal()));
    }
}
