//! What the demo prints when it is ready: where to look, who to be, three lines to paste.

use std::{net::SocketAddr, path::Path};

use super::{accounts::SampleAccounts, round::OPEN_ROUND};
use crate::cli::commands::say;

/// Prints the guide.
pub(super) fn print(
    address: SocketAddr,
    data_dir: &Path,
    accounts: &SampleAccounts,
    publication: &str,
) -> Result<(), String> {
    let base = format!("http://{address}");
    let api = format!("{base}/api/v1");
    let password = accounts.get("provinces.submitter")?;
    say(&format!(
        "\nPAR Index API is serving at {base}\n\
         PAR INDEX 2023 of 17 ministries is published (reconstructed from rounded parts, ± 0.01).\n\n\
         Look\n\
         \x20 {base}/docs/  every operation, to try in the browser\n\
         \x20 {api}/publications/latest?set=par-2023-ministries\n\
         \x20 {api}/publications/{publication}/ranking\n\
         \x20 {api}/publications/{publication}/ranking.csv\n\
         \x20 {api}/publications/{publication}/agencies/moj\n\n\
         Be somebody (also in {}/demo-accounts.json)",
        data_dir.display()
    ))?;
    for (name, password) in accounts.all() {
        say(&format!("  {name:<22} {password}"))?;
    }
    let token = format!(
        "TOKEN=$(curl -s {api}/auth/login -H 'content-type: application/json' -d '{{\"username\":\"provinces.submitter\",\"password\":\"{password}\"}}' | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')"
    );
    let item =
        "{\"items\":[{\"indicator\":\"1.1.1\",\"value\":null,\"explanation\":\"Đang tổng hợp số liệu\"}]}";
    say(&format!(
        "\nPaste these three lines: the ranking, a login, a first save in the open round {OPEN_ROUND}\n\
         \x20 curl -s {api}/publications/{publication}/ranking.csv | head -5\n\
         \x20 {token}\n\
         \x20 curl -s -X PUT {api}/rounds/{OPEN_ROUND}/submissions/quang-ninh/items -H \"authorization: Bearer $TOKEN\" -H 'content-type: application/json' -d '{item}'\n\n\
         Stop with Ctrl-C. The next start of the demo keeps everything."
    ))
}
