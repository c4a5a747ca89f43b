//! Why a socket ends. 3000–3499: connect again and resume; 3500 and above: not without a change.

/// The process stops, or cannot go on serving this socket: connect again.
pub const GOING_AWAY: u16 = 3001;
/// Frames piled up because the client reads too slowly: connect again and resume.
pub const SLOW: u16 = 3008;
/// The client was silent for too long.
pub const SILENT: u16 = 3012;
/// Too many frames, or too many sockets of one account: wait before connecting again.
pub const TOO_MANY: u16 = 3013;
/// The token is over, or none was shown in time: refresh, connect and resume.
pub const TOKEN_OVER: u16 = 4401;
/// The token is none of ours.
pub const BAD_TOKEN: u16 = 3500;
/// A frame that cannot be read.
pub const BAD_FRAME: u16 = 3501;
