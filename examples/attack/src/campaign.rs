//! One attack as it happens: attempts in their order, customers in between, and the
//! shop's own count of password checks before and after.

use crate::client::ClientError;
use crate::operator::{Operator, OperatorError};
use crate::origin::Origins;
use crate::people::{EVERYBODY, Visit, VisitError, Visited, log_in};
use crate::plan::{Attempt, Plan};
use crate::progress::Progress;
use crate::report::Report;
use crate::target::Target;
use crate::verdict::Verdict;

#[derive(Debug, thiserror::Error)]
pub(crate) enum CampaignError {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Operator(#[from] OperatorError),
    #[error(transparent)]
    Visit(#[from] VisitError),
    #[error("the shop answered a login with {0}; its log says why")]
    Broken(Verdict),
    #[error("an attempt was cut short: {0}")]
    CutShort(#[from] tokio::task::JoinError),
}

#[derive(Debug)]
pub(crate) struct Campaign<'a> {
    pub(crate) target: Target,
    pub(crate) operator: &'a Operator,
    /// How customers come by their addresses.
    pub(crate) origins: Origins,
}

impl Campaign<'_> {
    pub(crate) async fn run(
        &self,
        plan: &Plan,
        progress: &mut Progress,
    ) -> Result<Report, CampaignError> {
        progress.begin(plan.name);
        self.clean_slate(plan).await?;
        let before = self.operator.stats().await?.password_checks.total;
        let mut report = Report::new(plan.name);
        let mut honest_checks = 0;

        for visit in Plan::first_visits() {
            honest_checks += self.receive(visit, &mut report, progress).await?;
        }
        for volley in plan.attempts.chunks(plan.at_once) {
            for (attempt, verdict) in volley.iter().zip(self.fire(volley).await?) {
                progress.attempt(verdict);
                report.attempt(&attempt.email, verdict);
                if let Verdict::Other(_) = verdict {
                    return Err(CampaignError::Broken(verdict));
                }
            }
            let made = report.attempts;
            for visit in (made - volley.len() + 1..=made).filter_map(|made| plan.visit_after(made))
            {
                honest_checks += self.receive(visit, &mut report, progress).await?;
            }
        }

        let after = self.operator.stats().await?.password_checks.total;
        report.reached_password_check = after.saturating_sub(before).saturating_sub(honest_checks);
        progress.end();
        Ok(report)
    }

    /// Lifts what an earlier run left behind.
    async fn clean_slate(&self, plan: &Plan) -> Result<(), CampaignError> {
        for origin in plan.origins() {
            self.operator.pardon_address(origin).await?;
        }
        for person in EVERYBODY {
            self.operator.pardon_user(person.email).await?;
        }
        Ok(())
    }

    /// Sends the attempts of one volley at the same time; verdicts come in their order.
    async fn fire(&self, volley: &[Attempt]) -> Result<Vec<Verdict>, CampaignError> {
        let target = self.target;
        let under_way: Vec<_> = volley
            .iter()
            .map(|attempt| {
                let ask = log_in(&attempt.email, &attempt.password);
                tokio::spawn(ask.send(target, attempt.from))
            })
            .collect();
        let mut verdicts = Vec::with_capacity(volley.len());
        for answer in under_way {
            verdicts.push(Verdict::of(answer.await??.status));
        }
        Ok(verdicts)
    }

    /// A customer's visit; how many password checks it took.
    async fn receive(
        &self,
        visit: Visit,
        report: &mut Report,
        progress: &mut Progress,
    ) -> Result<u64, CampaignError> {
        let Visited {
            logins,
            refused,
            checks,
        } = visit.make(self.target, self.origins).await?;
        progress.visit(refused == 0);
        report.honest_logins += logins;
        report.honest_refused += refused;
        Ok(checks)
    }
}
