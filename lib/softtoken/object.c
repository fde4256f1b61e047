/* SPDX-License-Identifier: Apache-2.0 */
#include "softtoken/object.h"

#include "base/der.h"

struct egov__softobject *egov__softobject_new(unsigned class)
{
	struct egov__softobject *object = calloc(1, sizeof(*object));

	if (object == NULL)
		return NULL;
	object->holders = 1;
	object->class = class;
	object->key_type = EGOV__SOFTOBJECT_EC;
	object->flags = EGOV__SOFTOBJECT_USABLE | EGOV__SOFTOBJECT_MODIFIABLE;
	return object;
}

static struct egov_slice text_slice(const struct egov__softtext *text)
{
	return (struct egov_slice){ text->octets, text->size };
}

bool egov__softtext_set(struct egov__softtext *text, struct egov_slice octets)
{
	uint8_t *copy = egov__slice_copy(octets);

	if (copy == NULL)
		return false;
	free(text->octets);
	text->octets = copy;
	text->size = octets.size;
	return true;
}

struct egov__softobject *egov__softobject_copy(const struct egov__softobject *object)
{
	struct egov__softobject *copy = egov__softobject_new(object->class);

	if (copy == NULL)
		return NULL;
	copy->handle = object->handle;
	copy->key_type = object->key_type;
	copy->flags = object->flags;
	memcpy(copy->point, object->point, sizeof(copy->point));
	if (object->d != NULL)
		copy->d = egov__secret_new(egov__secret_slice(object->d));
	if ((object->d != NULL && copy->d == NULL)
	    || !egov__softtext_set(&copy->label, text_slice(&object->label))
	    || !egov__softtext_set(&copy->id, text_slice(&object->id))
	    || !egov__softtext_set(&copy->subject, text_slice(&object->subject))) {
		egov__softobject_free(copy);
		return NULL;
	}
	return copy;
}

enum egov_status egov__softobject_ready(struct egov__softobject *object, struct egov_error *err)
{
	if (object->ready != NULL)
		return EGOV_OK;
	return egov__sm2_key_new(EGOV__SLICE(object->point), object->d, &object->ready, err);
}

struct egov__softobject *egov__softobject_hold(struct egov__softobject *object)
{
	object->holders++;
	return object;
}

void egov__softobject_free(struct egov__softobject *object)
{
	if (object == NULL || --object->holders > 0)
		return;
	egov__secret_free(object->d);
	egov__sm2_key_free(object->ready);
	free(object->label.octets);
	free(object->id.octets);
	free(object->subject.octets);
	free(object);
}

void egov__softlist_clear(struct egov__softlist *list)
{
	for (size_t i = 0; i < list->count; i++)
		egov__softobject_free(list->objects[i]);
	list->count = 0;
}

enum egov_status egov__softlist_take(struct egov__softlist *list, struct egov__softobject *object,
                                     struct egov_error *err)
{
	if (list->count == EGOV__SOFTOBJECT_LIST_MAX)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "the token is full: %d objects",
		                      EGOV__SOFTOBJECT_LIST_MAX);
	list->objects[list->count++] = object;
	return EGOV_OK;
}

void egov__softlist_share(const struct egov__softlist *from, struct egov__softlist *to)
{
	to->count = from->count;
	for (size_t i = 0; i < from->count; i++)
		to->objects[i] = egov__softobject_hold(from->objects[i]);
}

size_t egov__softlist_find(const struct egov__softlist *list, uint64_t handle)
{
	size_t i = 0;

	while (i < list->count && list->objects[i]->handle != handle)
		i++;
	return i;
}

void egov__softlist_replace(struct egov__softlist *list, size_t index,
                            struct egov__softobject *object)
{
	egov__softobject_free(list->objects[index]);
	list->objects[index] = object;
	if (object != NULL)
		return;
	list->count--;
	memmove(list->objects + index, list->objects + index + 1,
	        (list->count - index) * sizeof(list->objects[0]));
}

static void put_object(struct egov_buf *out, const struct egov__softobject *object)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	egov__der_put_uint(out, object->class);
	egov__der_put_uint(out, object->handle);
	egov__der_put_uint(out, object->key_type);
	egov__der_put_uint(out, object->flags);
	egov__der_put(out, EGOV__OCTET_STRING, text_slice(&object->label));
	egov__der_put(out, EGOV__OCTET_STRING, text_slice(&object->id));
	egov__der_put(out, EGOV__OCTET_STRING, text_slice(&object->subject));
	egov__der_put(out, EGOV__OCTET_STRING, EGOV__SLICE(object->point));
	egov__der_put(out, EGOV__OCTET_STRING,
	              object->d == NULL ? EGOV__NO_SLICE : egov__secret_slice(object->d));
	egov__der_close(out, mark);
}

void egov__softlist_encode(const struct egov__softlist *list, unsigned class, struct egov_buf *out)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	for (size_t i = 0; i < list->count; i++)
		if (list->objects[i]->class == class)
			put_object(out, list->objects[i]);
	egov__der_close(out, mark);
}

/* What an object holds, where it lies in the file. */
struct fields {
	struct egov_slice label, id, subject, point, d;
};

static bool read_text(struct egov_slice *in, size_t max, struct egov_slice *text)
{
	return egov__der_read(in, EGOV__OCTET_STRING, "", text, NULL) == EGOV_OK && text->size <= max;
}

static bool read_numbers(struct egov_slice *in, unsigned class, struct egov__softobject *object)
{
	const uint64_t known = class == EGOV__SOFTOBJECT_PRIVATE
	                               ? EGOV__SOFTOBJECT_FLAGS
	                               : EGOV__SOFTOBJECT_FLAGS & ~EGOV__SOFTOBJECT_DECRYPTS;
	uint64_t found, handle, key_type, flags;

	if (egov__der_uint(in, "", &found, NULL) != EGOV_OK || found != class
	    || egov__der_uint(in, "", &handle, NULL) != EGOV_OK || handle == 0
	    || handle > UINT32_MAX || egov__der_uint(in, "", &key_type, NULL) != EGOV_OK
	    || (key_type != EGOV__SOFTOBJECT_EC && key_type != EGOV__SOFTOBJECT_SM2)
	    || egov__der_uint(in, "", &flags, NULL) != EGOV_OK
	    || (flags & ~known) != 0)
		return false;
	object->handle = handle;
	object->key_type = (uint32_t)key_type;
	object->flags = (unsigned)flags;
	return true;
}

static bool read_object(struct egov_slice in, unsigned class, struct egov__softobject *object,
                        struct fields *fields)
{
	return read_numbers(&in, class, object)
	       && read_text(&in, EGOV__SOFTOBJECT_TEXT_MAX, &fields->label)
	       && read_text(&in, EGOV__SOFTOBJECT_TEXT_MAX, &fields->id)
	       && read_text(&in, EGOV__SOFTOBJECT_SUBJECT_MAX, &fields->subject)
	       && read_text(&in, EGOV__SM2_POINT, &fields->point)
	       && fields->point.size == EGOV__SM2_POINT && fields->point.data[0] == 4
	       && read_text(&in, EGOV__SM2_PRIVATE, &fields->d) && in.size == 0
	       && fields->d.size == (class == EGOV__SOFTOBJECT_PRIVATE ? EGOV__SM2_PRIVATE : 0);
}

/* False without memory. */
static bool keep(struct egov__softobject *object, const struct fields *fields)
{
	memcpy(object->point, fields->point.data, sizeof(object->point));
	if (fields->d.size > 0)
		object->d = egov__secret_new(fields->d);
	return egov__softtext_set(&object->label, fields->label)
	       && egov__softtext_set(&object->id, fields->id)
	       && egov__softtext_set(&object->subject, fields->subject)
	       && (fields->d.size == 0 || object->d != NULL);
}

/* EGOV_E_CORRUPT without a text: the caller has it. */
static enum egov_status decode_object(struct egov_slice der, unsigned class,
                                      struct egov__softlist *list, struct egov_error *err)
{
	struct egov__softobject *object = egov__softobject_new(class);
	struct fields fields;
	enum egov_status rc;

	if (object == NULL)
		return egov_error_nomem(err);
	if (!read_object(der, class, object, &fields)
	    || egov__softlist_find(list, object->handle) < list->count)
		rc = EGOV_E_CORRUPT;
	else
		rc = keep(object, &fields) ? egov__softlist_take(list, object, err)
		                           : egov_error_nomem(err);
	if (rc != EGOV_OK)
		egov__softobject_free(object);
	return rc;
}

enum egov_status egov__softlist_decode(struct egov_slice der, unsigned class,
                                       struct egov__softlist *list, struct egov_error *err)
{
	struct egov_slice in, one;
	enum egov_status rc = EGOV_OK;

	if (egov__der_only(der, EGOV__SEQUENCE, "", &in, NULL) != EGOV_OK)
		rc = EGOV_E_CORRUPT;
	while (rc == EGOV_OK && in.size > 0) {
		if (egov__der_read(&in, EGOV__SEQUENCE, "", &one, NULL) != EGOV_OK)
			rc = EGOV_E_CORRUPT;
		else
			rc = decode_object(one, class, list, err);
	}
	if (rc == EGOV_E_CORRUPT)
		return egov_error_set(err, rc, NULL, "token file: an object is not well formed");
	return rc;
}
