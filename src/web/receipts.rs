//! What the API's description tells of receipts: said once, for every change.

use utoipa::openapi::{
    OpenApi, RefOr,
    header::HeaderBuilder,
    schema::{ObjectBuilder, Type},
};

use super::parameters::changes_of;

const MEANING: &str = "A signed receipt of the change, where it changed something: a compact JWS (RFC 7515, EdDSA, typ \
    `parindex-receipt+jws`) that names the audit entry, its leaf hash, and the digest of the content. Sent again with the same \
    `Idempotency-Key`, the change is answered with the same receipt. The entry is sealed within a second or so; its proof is at \
    `/api/v1/audit/log/inclusion-proof?leaf_hash=…`, and `parindex audit check` checks both.";

/// Adds the header `Parindex-Receipt` to what every change of somebody who logged in is answered with.
pub fn describe_receipts(api: &mut OpenApi) {
    for item in api.paths.paths.values_mut() {
        for operation in changes_of(item).filter(|operation| operation.security.is_some()) {
            for (status, response) in &mut operation.responses.responses {
                if let (true, RefOr::T(response)) = (status.starts_with('2'), response) {
                    let text = ObjectBuilder::new().schema_type(Type::String);
                    let header = HeaderBuilder::new().schema(Some(text)).description(Some(MEANING));
                    response
                        .headers
                        .insert("Parindex-Receipt".to_owned(), header.build().into());
                }
            }
        }
    }
}
