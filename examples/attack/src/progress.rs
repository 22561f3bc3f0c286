//! What is seen while an attack runs: one letter for each thing that happens.
#![expect(
    clippy::print_stderr,
    reason = "progress is for the person watching; results go to stdout"
)]

use crate::verdict::Verdict;

const LINE: usize = 64;

#[derive(Debug, Default)]
pub(crate) struct Progress {
    quiet: bool,
    column: usize,
}

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        Progress { quiet, column: 0 }
    }

    pub(crate) fn legend(&self) {
        self.say("  . tried, and wrong   - refused   ! account taken   o customer let in   X customer refused\n");
    }

    pub(crate) fn begin(&self, name: &str) {
        self.say(&format!("\n  {name}\n    "));
    }

    pub(crate) fn attempt(&mut self, verdict: Verdict) {
        self.mark(match verdict {
            Verdict::Passed => "!",
            Verdict::WrongPassword => ".",
            Verdict::Refused => "-",
            Verdict::Other(_) => "?",
        });
    }

    pub(crate) fn visit(&mut self, welcome: bool) {
        self.mark(if welcome { "o" } else { "X" });
    }

    pub(crate) fn end(&mut self) {
        self.say("\n");
        self.column = 0;
    }

    fn mark(&mut self, mark: &str) {
        if self.column == LINE {
            self.say("\n    ");
            self.column = 0;
        }
        self.say(mark);
        self.column += 1;
    }

    fn say(&self, text: &str) {
        if !self.quiet {
            eprint!("{text}");
        }
    }
}
