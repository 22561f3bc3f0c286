//! Playbooks change while the agent runs: from their files into the stream.

use std::error::Error as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::config::{Config, ConfigError, FollowedFiles};
use crate::event::Timestamp;
use crate::pipeline::{Pipeline, Trouble};

use super::worker::Chore;

/// How often files are looked at, by the agent's clock. A change decides two looks later at the latest.
const LOOKED_EVERY: Duration = Duration::from_secs(1);

/// Reads the policy file of a configuration into it, and makes the chore that follows the files with playbooks:
/// none where there are none.
pub(super) fn chore(config: &mut Config) -> Result<Option<Chore>, ConfigError> {
    let Some(mut files) = FollowedFiles::of(config)? else {
        return Ok(None);
    };
    let mut looked = Timestamp::from_millis(0);
    Ok(Some(Box::new(move |pipeline| {
        let now = pipeline.now();
        // Either way, for a clock that was set back.
        let elapsed = Duration::from_millis(now.as_millis().abs_diff(looked.as_millis()));
        if elapsed >= LOOKED_EVERY && !pipeline.is_closed() {
            looked = now;
            look(&mut files, pipeline);
        }
    })))
}

fn look(files: &mut FollowedFiles, pipeline: &Pipeline) {
    // What is read was written by somebody else, and the thread has more to do than to read it.
    let found = catch_unwind(AssertUnwindSafe(|| files.look()));
    let cause = match found {
        Ok(Ok(None)) => return,
        Ok(Ok(Some(policy))) => {
            pipeline.adopt(policy);
            return;
        }
        Ok(Err(error)) => match error.source() {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        },
        Err(_) => {
            "reading the files with playbooks panicked; please report this, with the files".into()
        }
    };
    let cause = format!("{cause} (the playbooks stay as they were before the change)");
    pipeline.note_each(Trouble::Policy, &cause);
}

#[cfg(test)]
mod tests;
