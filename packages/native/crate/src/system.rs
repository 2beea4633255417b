//! What this engine asks of the operating system.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod no_leases;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub use linux::*;
#[cfg(not(target_os = "linux"))]
pub use no_leases::*;
#[cfg(unix)]
pub use unix::*;
#[cfg(windows)]
pub use windows::*;
