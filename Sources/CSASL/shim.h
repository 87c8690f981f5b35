// Cyrus SASL, with what its callbacks need in C: they find the exchange that they belong to by the context of the
// connection's SASL_CB_SERVER_USERDB_CHECKPASS.
#ifndef PORTICO_CSASL_H
#define PORTICO_CSASL_H
#include <pthread.h>
#include <sasl/sasl.h>
#include <sasl/saslplug.h>
#include <stdlib.h>
#include <string.h>

// What one exchange tells the library's callbacks, and what they tell it. The strings are its own.
typedef struct {
    // The value of authPassword: what a SCRAM plugin checks the client's proof by. NULL if there is none.
    char *secret;
    // What a client gave as name and password, for whoever checks it afterwards.
    char *name;
    char *password;
    unsigned password_count;
    // What is configured for the connection; see portico_sasl_connect.
    sasl_callback_t callbacks[2];
} portico_sasl_exchange;

static inline void portico_sasl_wipe(char *text, size_t count) {
    volatile char *octets = text;
    while (text && count-- > 0) octets[count] = 0;
}

static inline void portico_sasl_forget_password(portico_sasl_exchange *exchange) {
    portico_sasl_wipe(exchange->password, exchange->password_count);
    free(exchange->name);
    free(exchange->password);
    exchange->name = exchange->password = NULL;
    exchange->password_count = 0;
}

static inline portico_sasl_exchange *portico_sasl_make_exchange(void) {
    return calloc(1, sizeof(portico_sasl_exchange));
}

static inline void portico_sasl_set_secret(portico_sasl_exchange *exchange, const char *secret) {
    if (exchange->secret) portico_sasl_wipe(exchange->secret, strlen(exchange->secret));
    free(exchange->secret);
    exchange->secret = secret ? strdup(secret) : NULL;
}

static inline void portico_sasl_free_exchange(portico_sasl_exchange *exchange) {
    portico_sasl_forget_password(exchange);
    portico_sasl_set_secret(exchange, NULL);
    free(exchange);
}

// sasl_server_userdb_checkpass_t: notes what is to be checked. The exchange does not succeed before it was.
static inline int portico_sasl_note_password(
    sasl_conn_t *connection, void *context, const char *name, const char *password, unsigned count,
    struct propctx *properties) {
    portico_sasl_exchange *exchange = context;
    (void)connection, (void)properties;
    portico_sasl_forget_password(exchange);
    exchange->name = strdup(name);
    exchange->password = malloc(count + 1);
    if (!exchange->name || !exchange->password) return SASL_NOMEM;
    memcpy(exchange->password, password, count);
    exchange->password[count] = 0;
    exchange->password_count = count;
    return SASL_OK;
}

// Makes the connection of an exchange, which must outlive it.
static inline sasl_conn_t *portico_sasl_connect(
    portico_sasl_exchange *exchange, const char *service, const char *host) {
    sasl_conn_t *connection = NULL;
    exchange->callbacks[0] = (sasl_callback_t){
        SASL_CB_SERVER_USERDB_CHECKPASS, (int (*)(void))portico_sasl_note_password, exchange};
    exchange->callbacks[1] = (sasl_callback_t){SASL_CB_LIST_END, NULL, NULL};
    if (sasl_server_new(service, host, NULL, NULL, NULL, exchange->callbacks, 0, &connection) != SASL_OK) return NULL;
    // No security layer: TLS is there for that.
    sasl_security_properties_t properties = {0, 0, 0, SASL_SEC_NOANONYMOUS, NULL, NULL};
    if (sasl_setprop(connection, SASL_SEC_PROPS, &properties) != SASL_OK) sasl_dispose(&connection);
    return connection;
}

// Copies of the binding's name and octets must live as long as the connection.
static inline int portico_sasl_bind(sasl_conn_t *connection, const sasl_channel_binding_t *binding) {
    return sasl_setprop(connection, SASL_CHANNEL_BINDING, binding);
}

static inline int portico_sasl_set_external(sasl_conn_t *connection, const char *identity, unsigned strength) {
    sasl_ssf_t factor = strength;
    int status = sasl_setprop(connection, SASL_SSF_EXTERNAL, &factor);
    if (status != SASL_OK || !identity) return status;
    return sasl_setprop(connection, SASL_AUTH_EXTERNAL, identity);
}

// Whom the exchange that succeeded was for; valid as long as the connection.
static inline const char *portico_sasl_user(sasl_conn_t *connection) {
    const void *value = NULL;
    return sasl_getprop(connection, SASL_USERNAME, &value) == SASL_OK ? (const char *)value : NULL;
}

// MARK: The property plugin "portico", which knows what its exchange says.

static inline int portico_sasl_look_up(
    void *plugin, sasl_server_params_t *parameters, unsigned flags, const char *user, unsigned count) {
    sasl_callback_ft found = NULL;
    void *context = NULL;
    const sasl_utils_t *utilities = parameters->utils;
    (void)plugin, (void)user, (void)count;
    if (flags & SASL_AUXPROP_AUTHZID) return SASL_OK;
    // Every connection of this process was made by portico_sasl_connect.
    if (utilities->getcallback(utilities->conn, SASL_CB_SERVER_USERDB_CHECKPASS, &found, &context) != SASL_OK
        || !context) {
        return SASL_OK;
    }
    const portico_sasl_exchange *exchange = context;
    const struct propval *value = utilities->prop_get(parameters->propctx);
    for (; exchange->secret && value && value->name; value++) {
        const char *name = value->name[0] == '*' ? value->name + 1 : value->name;
        if (strcmp(name, "authPassword") != 0 || value->values) continue;
        int status = utilities->prop_set(parameters->propctx, value->name, exchange->secret, -1);
        if (status != SASL_OK) return status;
    }
    return SASL_OK;
}

static inline int portico_sasl_begin_plugin(
    const sasl_utils_t *utilities, int newest, int *version, sasl_auxprop_plug_t **plugin, const char *name) {
    static sasl_auxprop_plug_t properties;
    (void)utilities, (void)name;
    if (newest < SASL_AUXPROP_PLUG_VERSION) return SASL_BADVERS;
    properties.auxprop_lookup = portico_sasl_look_up;
    properties.name = (char *)"portico";
    *version = SASL_AUXPROP_PLUG_VERSION;
    *plugin = &properties;
    return SASL_OK;
}

// MARK: The process.

static inline void *portico_sasl_make_mutex(void) {
    pthread_mutex_t *mutex = malloc(sizeof *mutex);
    if (mutex && pthread_mutex_init(mutex, NULL) != 0) {
        free(mutex);
        return NULL;
    }
    return mutex;
}
static inline int portico_sasl_lock(void *mutex) { return pthread_mutex_lock(mutex) ? SASL_FAIL : SASL_OK; }
static inline int portico_sasl_unlock(void *mutex) { return pthread_mutex_unlock(mutex) ? SASL_FAIL : SASL_OK; }
static inline void portico_sasl_free_mutex(void *mutex) {
    pthread_mutex_destroy(mutex);
    free(mutex);
}

// sasl_getopt_t of the process: `context` is the path of the keytab, or NULL.
static inline int portico_sasl_process_option(
    void *context, const char *plugin, const char *option, const char **value, unsigned *count) {
    (void)plugin;
    *value = NULL;
    if (!strcmp(option, "auxprop_plugin") || !strcmp(option, "pwcheck_method")) *value = "portico";
    // Failures: the door logs them itself, with the peer.
    if (!strcmp(option, "log_level")) *value = "1";
    if (!strcmp(option, "mech_list")) *value = "PLAIN LOGIN SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-512 EXTERNAL GSSAPI";
    if (!strcmp(option, "keytab")) *value = context;
    if (!*value) return SASL_FAIL;
    if (count) *count = (unsigned)strlen(*value);
    return SASL_OK;
}

// Never a file: everything is said by callbacks.
static inline int portico_sasl_no_configuration(void *context, char **path) {
    (void)context;
    *path = strdup("/nonexistent");
    return *path ? SASL_OK : SASL_NOMEM;
}

// Starts the library, once for the process; `keytab` and `log`'s context must live as long as that.
static inline int portico_sasl_start(const char *keytab, sasl_log_t *log, void *context) {
    static sasl_callback_t callbacks[4];
    callbacks[0] = (sasl_callback_t){SASL_CB_GETOPT, (int (*)(void))portico_sasl_process_option, (void *)keytab};
    callbacks[1] = (sasl_callback_t){SASL_CB_LOG, (int (*)(void))log, context};
    callbacks[2] = (sasl_callback_t){SASL_CB_GETCONFPATH, (int (*)(void))portico_sasl_no_configuration, NULL};
    callbacks[3] = (sasl_callback_t){SASL_CB_LIST_END, NULL, NULL};
    sasl_set_mutex(portico_sasl_make_mutex, portico_sasl_lock, portico_sasl_unlock, portico_sasl_free_mutex);
    int status = sasl_auxprop_add_plugin("portico", portico_sasl_begin_plugin);
    return status == SASL_OK ? sasl_server_init(callbacks, "portico") : status;
}
#endif
