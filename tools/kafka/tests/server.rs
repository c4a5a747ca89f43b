//! A broker that is killed comes back where it was.

use kafka::{Kafka, Options};

#[tokio::test]
async fn a_killed_broker_comes_back_on_its_port() {
    let directory = tempfile::tempdir().unwrap();
    let mut kafka = Kafka::start(Options::new(directory.path())).await.unwrap();
    let brokers = kafka.brokers();
    kafka.kill9().await.unwrap();
    assert!(std::net::TcpStream::connect(&brokers).is_err(), "nobody is there");
    kafka.start_again().await.unwrap();
    assert_eq!(kafka.brokers(), brokers);
    assert!(std::net::TcpStream::connect(&brokers).is_ok());
    kafka.stop().await.unwrap();
    assert!(kafka.pid().is_none());
}
