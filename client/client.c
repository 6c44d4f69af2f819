/* client/client.c — The state of one run. */
#include "client/client.h"

#include "client/rpc.h"

void client_init(struct client *c)
{
	*c = (struct client){
		.params = json_object(), .local = json_object(), .socket = -1};
}

void client_clear(struct client *c)
{
	rpc_close(c);
	json_decref(c->params);
	json_decref(c->local);
	json_decref(c->result);
	json_decref(c->error);
	*c = (struct client){.socket = -1};
}

const char *client_string(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}
