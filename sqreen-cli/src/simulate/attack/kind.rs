//! The kinds of attack, and what they are called.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// A kind of attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttackKind {
    /// Many guesses at one account's password from one address.
    CredentialCracking,
    /// A list of stolen credentials, tried from one address.
    CredentialStuffing,
    /// A few popular passwords on many accounts, slowly, from a few addresses.
    PasswordSpraying,
    /// Many guesses at one account's password from many addresses.
    BotnetCracking,
    /// A list of stolen credentials, from thousands of addresses with one attempt each.
    BotnetStuffing,
    /// A list of stolen credentials, from one network whose addresses take turns.
    NetworkStuffing,
    /// A list of stolen credentials from one address, with more than ten minutes between attempts, for days.
    LowAndSlow,
    /// The right password at the first try, from anywhere in the world.
    StolenPasswordNaive,
    /// The right password at the first try, from a VPN or a data centre of the owner's country.
    StolenPasswordVpn,
    /// The right password at the first try, from the owner's city and provider, with a popular browser.
    StolenPasswordTargeted,
    /// The right password at the first try, through Tor.
    TorTakeover,
    /// The right password at the first try, far away, within the hour after the owner's own login.
    ImpossibleTravel,
    /// The owner's session, used from elsewhere.
    SessionTheft,
    /// Many accounts opened from one address.
    MassSignUp,
    /// Many accounts opened from many addresses.
    DistributedSignUp,
    /// Requests for new passwords of many users, to learn who has an account.
    ResetEnumeration,
}

impl AttackKind {
    const ALL: [Self; 16] = [
        Self::CredentialCracking,
        Self::CredentialStuffing,
        Self::PasswordSpraying,
        Self::BotnetCracking,
        Self::BotnetStuffing,
        Self::NetworkStuffing,
        Self::LowAndSlow,
        Self::StolenPasswordNaive,
        Self::StolenPasswordVpn,
        Self::StolenPasswordTargeted,
        Self::TorTakeover,
        Self::ImpossibleTravel,
        Self::SessionTheft,
        Self::MassSignUp,
        Self::DistributedSignUp,
        Self::ResetEnumeration,
    ];

    /// All of them.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        &Self::ALL
    }

    /// Its name, as commands and files have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CredentialCracking => "credential-cracking",
            Self::CredentialStuffing => "credential-stuffing",
            Self::PasswordSpraying => "password-spraying",
            Self::BotnetCracking => "botnet-cracking",
            Self::BotnetStuffing => "botnet-stuffing",
            Self::NetworkStuffing => "network-stuffing",
            Self::LowAndSlow => "low-and-slow",
            Self::StolenPasswordNaive => "stolen-password-naive",
            Self::StolenPasswordVpn => "stolen-password-vpn",
            Self::StolenPasswordTargeted => "stolen-password-targeted",
            Self::TorTakeover => "tor-takeover",
            Self::ImpossibleTravel => "impossible-travel",
            Self::SessionTheft => "session-theft",
            Self::MassSignUp => "mass-sign-up",
            Self::DistributedSignUp => "distributed-sign-up",
            Self::ResetEnumeration => "reset-enumeration",
        }
    }

    /// What it does, in a sentence.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::CredentialCracking => "One address guesses at one account's password, fast.",
            Self::CredentialStuffing => "One address tries a list of stolen credentials.",
            Self::PasswordSpraying => {
                "A few addresses try a few popular passwords on many accounts, slowly."
            }
            Self::BotnetCracking => "Hundreds of addresses guess at one account's password.",
            Self::BotnetStuffing => {
                "Thousands of addresses try a list of stolen credentials, one attempt each."
            }
            Self::NetworkStuffing => {
                "The addresses of one network, a /24 or a /48, take turns with a list of stolen credentials."
            }
            Self::LowAndSlow => {
                "One address tries a list of stolen credentials for days, more than ten minutes apart."
            }
            Self::StolenPasswordNaive => {
                "The right password at the first try, from anywhere in the world."
            }
            Self::StolenPasswordVpn => {
                "The right password at the first try, from a VPN or a data centre of the owner's country."
            }
            Self::StolenPasswordTargeted => {
                "The right password at the first try, from the owner's city and provider, with a usual browser."
            }
            Self::TorTakeover => "The right password at the first try, through Tor.",
            Self::ImpossibleTravel => {
                "The right password at the first try, far away, within the hour after the owner's own login."
            }
            Self::SessionTheft => "The owner's session, used from elsewhere.",
            Self::MassSignUp => "One address opens many accounts.",
            Self::DistributedSignUp => "Hundreds of addresses open an account each.",
            Self::ResetEnumeration => {
                "One address asks for new passwords of many users, to learn who has an account."
            }
        }
    }

    /// Whether it tries passwords that may be wrong.
    #[must_use]
    pub const fn guesses_passwords(self) -> bool {
        matches!(
            self,
            Self::CredentialCracking
                | Self::CredentialStuffing
                | Self::PasswordSpraying
                | Self::BotnetCracking
                | Self::BotnetStuffing
                | Self::NetworkStuffing
                | Self::LowAndSlow
        )
    }

    /// Whether it has the right password from the start.
    #[must_use]
    pub const fn has_the_password(self) -> bool {
        matches!(
            self,
            Self::StolenPasswordNaive
                | Self::StolenPasswordVpn
                | Self::StolenPasswordTargeted
                | Self::TorTakeover
                | Self::ImpossibleTravel
        )
    }

    /// What it is called by OWASP (Automated Threats, `OAT`) or MITRE (ATT&CK, `T`).
    #[must_use]
    pub const fn threat(self) -> &'static str {
        match self {
            Self::CredentialCracking | Self::BotnetCracking => "T1110.001",
            Self::PasswordSpraying => "T1110.003",
            Self::CredentialStuffing
            | Self::BotnetStuffing
            | Self::NetworkStuffing
            | Self::LowAndSlow => "T1110.004",
            Self::StolenPasswordNaive
            | Self::StolenPasswordVpn
            | Self::StolenPasswordTargeted
            | Self::ImpossibleTravel => "T1078",
            Self::TorTakeover => "T1090.003",
            Self::SessionTheft => "T1539",
            Self::MassSignUp | Self::DistributedSignUp => "OAT-019",
            Self::ResetEnumeration => "OAT-018",
        }
    }
}

impl fmt::Display for AttackKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Not the name of a kind of attack.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no attack `{}`: it is one of {}", name.escape_debug(), names())]
pub struct UnknownAttack {
    name: Box<str>,
}

fn names() -> String {
    let names: Vec<&str> = AttackKind::ALL.iter().map(|kind| kind.name()).collect();
    names.join(", ")
}

impl FromStr for AttackKind {
    type Err = UnknownAttack;

    fn from_str(name: &str) -> Result<Self, UnknownAttack> {
        let found = Self::ALL.into_iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| UnknownAttack {
            name: name.chars().take(60).collect::<String>().into(),
        })
    }
}

impl Serialize for AttackKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for AttackKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name_and_has_one_of_the_field() {
        for kind in AttackKind::all() {
            assert_eq!(kind.name().parse(), Ok(*kind));
            assert!(kind.threat().starts_with("OAT-") || kind.threat().starts_with('T'));
            assert!(kind.about().ends_with('.'));
        }
    }

    #[test]
    fn a_name_that_is_none_is_answered_with_those_there_are() {
        let error = "stuffing\n".parse::<AttackKind>().unwrap_err().to_string();
        assert!(
            error.starts_with(
                "there is no attack `stuffing\\n`: it is one of credential-cracking, "
            )
        );
    }
}
