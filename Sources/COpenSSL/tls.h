// The macros of libssl as functions.
#ifndef PORTICO_COPENSSL_TLS_H
#define PORTICO_COPENSSL_TLS_H
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline long portico_ssl_ctx_set_min_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}
static inline void portico_ssl_ctx_set_options(SSL_CTX *context) {
    // An end without close_notify is what many mail programs send; every protocol here marks its own ends.
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
}
static inline long portico_ssl_ctx_set_groups(SSL_CTX *context, const char *groups) {
    return SSL_CTX_set1_groups_list(context, groups);
}
static inline void portico_ssl_ctx_set_mode(SSL_CTX *context, long mode) { SSL_CTX_set_mode(context, mode); }
static inline void portico_ssl_ctx_no_session_cache(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}
static inline void portico_ssl_ctx_read_ahead(SSL_CTX *context) { SSL_CTX_set_read_ahead(context, 1); }
static inline void portico_ssl_ctx_on_server_name(
    SSL_CTX *context, int (*callback)(SSL *, int *, void *), void *argument) {
    SSL_CTX_set_tlsext_servername_callback(context, callback);
    SSL_CTX_set_tlsext_servername_arg(context, argument);
}
static inline EVP_PKEY *portico_make_p256_key(void) { return EVP_EC_gen("P-256"); }
static inline long portico_ssl_set_server_name(SSL *ssl, const char *name) {
    return SSL_set_tlsext_host_name(ssl, name);
}
// The chain that a peer sent.
static inline int portico_x509_count(const STACK_OF(X509) *chain) { return sk_X509_num(chain); }
static inline X509 *portico_x509_at(const STACK_OF(X509) *chain, int index) { return sk_X509_value(chain, index); }
static inline int portico_ssl_has_extended_master_secret(SSL *ssl) { return SSL_get_extms_support(ssl) == 1; }
// A certificate that cannot be verified does not end the handshake: SSL_get_verify_result says so to whoever asks.
static inline int portico_ssl_accept_any(int is_valid, X509_STORE_CTX *store) {
    (void)is_valid, (void)store;
    return 1;
}
static inline int portico_ssl_ctx_ask_for_certificate(SSL_CTX *context, const char *file) {
    STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(file);
    if (!names || SSL_CTX_load_verify_file(context, file) != 1) {
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        return 0;
    }
    SSL_CTX_set_client_CA_list(context, names);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, portico_ssl_accept_any);
    return 1;
}
// The certificate's subjectAltName rfc822Name number `index`: its octets and their count; NULL beyond the last. The caller
// frees it with OPENSSL_free.
static inline char *portico_x509_mailbox(const X509 *certificate, int index, int *count) {
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    char *found = NULL;
    for (int place = 0; names && !found && place < sk_GENERAL_NAME_num(names); place++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, place);
        if (name->type != GEN_EMAIL || index-- > 0) continue;
        *count = ASN1_STRING_length(name->d.rfc822Name);
        found = OPENSSL_memdup(ASN1_STRING_get0_data(name->d.rfc822Name), (size_t)*count);
        if (!found) break;
    }
    GENERAL_NAMES_free(names);
    return found;
}
static inline void portico_openssl_free(void *memory) { OPENSSL_free(memory); }
#endif
