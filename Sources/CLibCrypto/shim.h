#ifndef DRAWBRIDGE_CLIBCRYPTO_SHIM_H
#define DRAWBRIDGE_CLIBCRYPTO_SHIM_H
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

// EVP_RSA_gen is a macro over a variadic function, which Swift can't call.
static inline EVP_PKEY *drawbridge_rsa_generate(size_t bits) { return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits); }
#endif
