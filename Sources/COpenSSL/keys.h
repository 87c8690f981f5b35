// Public keys made of their numbers, and signatures in the forms that JSON Web Signatures have.
#ifndef PORTICO_COPENSSL_KEYS_H
#define PORTICO_COPENSSL_KEYS_H
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

static inline EVP_PKEY *portico_public_key(const char *type, OSSL_PARAM *parameters) {
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (!context || !parameters || EVP_PKEY_fromdata_init(context) != 1
        || EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        key = NULL;
    }
    EVP_PKEY_CTX_free(context);
    return key;
}

static inline EVP_PKEY *portico_public_rsa(
    const unsigned char *modulus, int modulus_count, const unsigned char *exponent, int exponent_count) {
    BIGNUM *n = BN_bin2bn(modulus, modulus_count, NULL);
    BIGNUM *e = BN_bin2bn(exponent, exponent_count, NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM *parameters = NULL;
    if (n && e && builder && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n)
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e)) {
        parameters = OSSL_PARAM_BLD_to_param(builder);
    }
    EVP_PKEY *key = portico_public_key("RSA", parameters);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    BN_free(n);
    BN_free(e);
    return key;
}

// `point` is 4, x and y. A point that is not on the curve makes no key.
static inline EVP_PKEY *portico_public_ec(const char *curve, const unsigned char *point, size_t count) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)curve, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)point, count),
        OSSL_PARAM_construct_end(),
    };
    return portico_public_key("EC", parameters);
}

// The DER form of an ECDSA signature whose r and s have `half` octets each; the caller frees it with OPENSSL_free.
static inline unsigned char *portico_ecdsa_der(const unsigned char *octets, int half, int *count) {
    ECDSA_SIG *signature = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(octets, half, NULL);
    BIGNUM *s = BN_bin2bn(octets + half, half, NULL);
    unsigned char *encoded = NULL;
    if (signature && r && s && ECDSA_SIG_set0(signature, r, s)) {
        r = s = NULL;
        *count = i2d_ECDSA_SIG(signature, &encoded);
        if (*count <= 0) encoded = NULL;
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(signature);
    return encoded;
}

// Whether the signature is right: 1. With `is_pss`, RSA has the padding PSS with a salt as long as the hash.
static inline int portico_verify(
    EVP_PKEY *key, const EVP_MD *hash, int is_pss, const unsigned char *signature, size_t signature_count,
    const unsigned char *text, size_t count) {
    EVP_PKEY_CTX *settings = NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int status = context && EVP_DigestVerifyInit(context, &settings, hash, NULL, key) == 1;
    if (status && is_pss) {
        status = EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1
            && EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) == 1
            && EVP_PKEY_CTX_set_rsa_mgf1_md(settings, hash) == 1;
    }
    if (status) status = EVP_DigestVerify(context, signature, signature_count, text, count) == 1;
    EVP_MD_CTX_free(context);
    return status;
}
static inline void portico_key_free_memory(void *memory) { OPENSSL_free(memory); }
#endif
