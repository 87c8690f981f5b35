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
#endif
