//! Settings that hold a secret: given as they are, or by the name of a file, which no list of processes shows and no child inherits.

/// The value that was given, or what the file holds, without the end of its last line.
pub(super) fn given_or_in_file(
    name: &str,
    given: Option<&str>,
    file: Option<&str>,
) -> Result<Option<String>, String> {
    let file = match (given, file) {
        (Some(_), Some(_)) => return Err(format!("set {name} or {name}_FILE, not both")),
        (given, None) => return Ok(given.map(str::to_owned)),
        (None, Some(file)) => file,
    };
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("{name}_FILE: {file} can't be read: {error}"))?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(format!("{name}_FILE: {file} holds nothing")),
        secret => Ok(Some(secret.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_or_the_other() {
        let read = |given, file| given_or_in_file("PARINDEX_X", given, file);
        assert_eq!(read(None, None).unwrap(), None);
        assert_eq!(read(Some("geheim\n"), None).unwrap().as_deref(), Some("geheim\n"));
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_str();
        assert!(read(None, path).unwrap_err().contains("PARINDEX_X_FILE"));
        std::fs::write(file.path(), "ge heim\r\n").unwrap();
        assert_eq!(read(None, path).unwrap().as_deref(), Some("ge heim"));
        let both = read(Some("geheim"), path).unwrap_err();
        assert!(both.contains("not both") && !both.contains("geheim"), "{both}");
        let gone = read(None, Some("/nowhere/at/all")).unwrap_err();
        assert!(
            gone.contains("PARINDEX_X_FILE") && gone.contains("/nowhere/at/all"),
            "{gone}"
        );
    }
}
