use super::*;

fn read(pairs: &[(&str, &str)]) -> Result<Config, String> {
    Config::from_values(
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
}

#[test]
fn nothing_set_is_the_embedded_database() {
    let config = read(&[]).unwrap();
    assert_eq!(config.bind, "127.0.0.1:8080");
    assert_eq!(
        config.database_url,
        DatabaseUrl::Sqlite("parindex-data/parindex.sqlite".into())
    );
}

#[test]
fn evidence_lies_beside_the_database_or_where_the_url_says() {
    let place = |pairs: &[(&str, &str)]| read(pairs).unwrap().evidence;
    let folder = |path: &str| EvidencePlace::Folder(path.into());
    assert_eq!(place(&[("PARINDEX_DATA_DIR", "here")]), folder("here/evidence"));
    assert_eq!(
        place(&[("PARINDEX_EVIDENCE_URL", "file:///srv/files")]),
        folder("/srv/files")
    );
    let s3 = |prefix: &str| EvidencePlace::S3 {
        bucket: "bucket".into(),
        prefix: prefix.into(),
    };
    assert_eq!(place(&[("PARINDEX_EVIDENCE_URL", "s3://bucket/a/b/")]), s3("a/b"));
    assert_eq!(place(&[("PARINDEX_EVIDENCE_URL", "s3://bucket")]), s3(""));
}

#[test]
fn a_mistake_refuses_with_a_sentence_that_helps() {
    let error = |pairs: &[(&str, &str)]| read(pairs).unwrap_err();
    assert!(error(&[("PARINDEX_DATABSE_URL", "x")]).contains("did you mean PARINDEX_DATABASE_URL?"));
    assert!(error(&[("PARINDEX_DATABASE_URL", "postgre://x")]).contains("postgres://"));
    let config = read(&[("PARINDEX_DATABASE_URL", "postgres://u@h/d")]).unwrap();
    for (missing, name) in [
        (config.keys.tokens(), "PARINDEX_TOKEN_KEY_DIR"),
        (config.keys.publications(), "PARINDEX_PUBLICATION_KEY_DIR"),
        (config.keys.audit(), "PARINDEX_AUDIT_KEY_DIR"),
        (config.keys.secrets(), "PARINDEX_SECRET_KEY_DIR"),
    ] {
        let said = missing.unwrap_err();
        assert!(
            said.contains(name) && said.contains("parindex keys create"),
            "{said}"
        );
    }
    let shared = [
        ("PARINDEX_TOKEN_KEY_DIR", "keys"),
        ("PARINDEX_PUBLICATION_KEY_DIR", "keys"),
    ];
    assert!(error(&shared).contains("the same folder"));
    assert!(error(&[("PARINDEX_WORKERS", "two")]).contains("whole number"));
    assert!(error(&[("PARINDEX_EVIDENCE_URL", "gs://x/y")]).contains("s3://bucket/prefix"));
    assert!(error(&[("PARINDEX_LOG_FORMAT", "xml")]).contains("text or json"));
    assert!(error(&[("PARINDEX_TRUSTED_PROXIES", "proxy")]).contains("address"));
    let rates = [
        ("PARINDEX_RATE_ANONYMOUS_PER_MINUTE", "100"),
        ("PARINDEX_RATE_API_KEY_PER_MINUTE", "99"),
    ];
    assert!(error(&rates).contains("less than the 100 that everybody has"));
    for origin in [
        "*",
        "null",
        "https://",
        "https://a.vn/",
        "https://A.vn",
        "a.vn",
        "https://a.vn:x y",
    ] {
        let sentence = error(&[("PARINDEX_CORS_ORIGINS", origin)]);
        assert!(sentence.contains("https://cchc.example.vn"), "{origin}");
    }
}

#[test]
fn browsers_are_held_to_https_where_people_come_by_it() {
    let seconds = |url: &str, set: &str| {
        let pairs = [("PARINDEX_PUBLIC_URL", url), ("PARINDEX_HSTS_SECONDS", set)];
        read(&pairs).unwrap().hsts_seconds
    };
    assert_eq!(seconds("https://cchc.example.vn", ""), 31_536_000);
    assert_eq!(seconds("https://cchc.example.vn", "60"), 60);
    assert_eq!(seconds("https://cchc.example.vn", "0"), 0);
    assert_eq!(seconds("http://cchc.example.vn", "60"), 0);
    assert_eq!(seconds("", ""), 0);
}

#[test]
fn origins_and_rates_are_read_as_written() {
    let config = read(&[
        ("PARINDEX_CORS_ORIGINS", "https://a.vn, http://[::1]:5173,"),
        ("PARINDEX_RATE_ANONYMOUS_PER_MINUTE", "0"),
    ])
    .unwrap();
    assert_eq!(config.cors_origins, ["https://a.vn", "http://[::1]:5173"]);
    let rates = config.limits.rates;
    assert_eq!(
        (rates.anonymous, rates.api_key, rates.session, rates.login),
        (0, 6000, 6000, 60)
    );
    assert!(read(&[]).unwrap().cors_origins.is_empty());
}

#[test]
fn addresses_with_passwords_may_stand_in_files() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let database = file("database", "postgres://u:geheim@h/d\n");
    let mail = file("mail", "smtps://clerk:geheim@mail.example.vn\n");
    let others = [
        ("PARINDEX_SMTP_FROM", "cchc@example.vn"),
        ("PARINDEX_PUBLIC_URL", "https://cchc.example.vn"),
    ];
    let files = [
        ("PARINDEX_DATABASE_URL_FILE", database.as_str()),
        ("PARINDEX_SMTP_URL_FILE", mail.as_str()),
    ];
    let config = read(&[&others[..], &files[..]].concat()).unwrap();
    assert_eq!(
        config.database_url,
        DatabaseUrl::parse("postgres://u:geheim@h/d").unwrap()
    );
    let login = config.mail.unwrap().server.login.unwrap();
    assert_eq!(login, ("clerk".to_owned(), "geheim".to_owned()));
    let both = read(&[files[0], ("PARINDEX_DATABASE_URL", "sqlite:x")]).unwrap_err();
    assert!(both.contains("not both"), "{both}");
}
