//! HTTP on a free port of this machine, for as long as a test lives.

use std::net::TcpListener;

use actix_web::{App, HttpServer, dev::ServerHandle, web::ServiceConfig};
use common::Service;

/// A running server; dropped, it stops.
pub struct Hosted {
    /// `http://127.0.0.1:40123`.
    pub base: String,
    server: ServerHandle,
}

impl Hosted {
    /// HTTP workers.
    pub const WORKERS: usize = 2;

    /// Serves what `configure` mounts.
    ///
    /// # Panics
    /// When no port is free.
    pub fn start(configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> Self {
        Self::on(Self::bind(), configure)
    }

    /// A free port, for what must know where it will be served before it is built.
    ///
    /// # Panics
    /// When no port is free.
    pub fn bind() -> TcpListener {
        TcpListener::bind(("127.0.0.1", 0)).expect("a free port")
    }

    fn on(listener: TcpListener, configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> Self {
        let base = format!("http://{}", listener.local_addr().unwrap());
        let app = move || App::new().configure(configure.clone());
        let server =
            HttpServer::new(app).workers(Self::WORKERS).disable_signals().listen(listener).unwrap().run();
        let handle = server.handle();
        #[expect(
            clippy::disallowed_methods,
            clippy::let_underscore_future,
            reason = "ends with the test's runtime"
        )]
        let _ = tokio::spawn(server);
        Self { base, server: handle }
    }

    /// Serves every mount of these services, as one process.
    ///
    /// # Panics
    /// When no port is free.
    pub fn services(services: &[Service]) -> Self {
        Self::services_on(Self::bind(), services)
    }

    /// As [`Hosted::services`], on a port of [`Hosted::bind`].
    ///
    /// # Panics
    /// When the port cannot be listened on.
    pub fn services_on(listener: TcpListener, services: &[Service]) -> Self {
        let services = services.to_vec();
        Self::on(listener, move |config| {
            for service in &services {
                service.cx.db.take_share().unwrap();
                service.configure(config);
            }
        })
    }
}

impl Drop for Hosted {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}
