/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a power cut leaves of a folder.
 *   powercut snapshot DIR IMAGE              the folder as it is, all of it durable
 *   powercut events LOG                      how many events a log has
 *   powercut cut IMAGE LOG N MODE SEED OUT   OUT becomes the folder after N events of LOG:
 *     strict   data that no fsync of the file, names that no fsync of the folder kept are lost
 *     ordered  names are kept in their order, unsynced data are lost
 *     torn     the same, but each unsynced write is kept or lost as SEED has it
 * Exits 2 where it is called wrongly, 1 where something fails.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "power.h"

enum mode { STRICT, ORDERED, TORN };
enum { MAX_NODES = 4096, POWER_ALL = 'A' };     /* POWER_ALL ends an image: all is durable */

struct bytes {
	uint8_t *data;
	size_t size;
};
struct name {
	char text[POWER_NAME];
	struct node *node;
};
struct names {
	struct name *items;
	size_t count;
};
struct change {
	bool truncates;
	uint64_t offset;
	struct bytes bytes;
	struct change *next;
};
/* first is what the last sync kept, second what a reader sees now. */
struct node {
	uint64_t inode;
	bool is_folder;
	struct bytes kept, seen;
	struct change *changes, **end;  /* since the last sync */
	struct names kept_names, seen_names;
};

static struct node nodes[MAX_NODES];
static size_t node_count;
static enum mode mode = ORDERED;
static uint64_t seed;

static void fail(const char *what)
{
	(void)fprintf(stderr, "powercut: %s: %s\n", what, errno == 0 ? "unexpected" : strerror(errno));
	exit(1);
}

static void *grown(void *old, size_t size)
{
	void *new = realloc(old, size == 0 ? 1 : size);

	if (new == NULL)
		fail("memory");
	return new;
}

/* --- the model --- */

static struct node *find(uint64_t inode)
{
	for (size_t i = node_count; inode != 0 && i-- > 0;)
		if (nodes[i].inode == inode)
			return &nodes[i];
	return NULL;
}

/* A number that was freed names another file now. */
static struct node *make(uint64_t inode, bool is_folder)
{
	struct node *old = find(inode), *new = &nodes[node_count];

	if (old != NULL)
		old->inode = 0;
	if (node_count == MAX_NODES)
		fail("too many files");
	node_count++;
	*new = (struct node){ .inode = inode, .is_folder = is_folder };
	new->end = &new->changes;
	return new;
}

static void unbind(struct names *names, const char *text)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i].text, text) == 0) {
			names->items[i] = names->items[--names->count];
			return;
		}
}

static void bind(struct names *names, const char *text, struct node *node)
{
	unbind(names, text);
	names->items = grown(names->items, (names->count + 1) * sizeof(*names->items));
	(void)snprintf(names->items[names->count].text, POWER_NAME, "%s", text);
	names->items[names->count++].node = node;
}

static void copy_names(struct names *to, const struct names *from)
{
	to->count = 0;
	for (size_t i = 0; i < from->count; i++)
		bind(to, from->items[i].text, from->items[i].node);
}

static void apply(struct bytes *to, const struct change *change)
{
	const size_t end = (size_t)change->offset + change->bytes.size;
	const size_t size = change->truncates || end > to->size ? end : to->size;

	to->data = grown(to->data, size);
	if (size > to->size)
		memset(to->data + to->size, 0, size - to->size);
	to->size = size;
	if (change->bytes.size > 0)
		memcpy(to->data + change->offset, change->bytes.data, change->bytes.size);
}

static void change(struct node *node, const struct power_event *event, uint8_t *data)
{
	struct change *made = grown(NULL, sizeof(*made));

	*made = (struct change){ .truncates = event->op == POWER_TRUNCATE, .offset = event->offset,
		                 .bytes = { data, (size_t)event->size } };
	apply(&node->seen, made);
	*node->end = made;
	node->end = &made->next;
}

static void keep(struct node *node)
{
	while (node->changes != NULL) {
		struct change *first = node->changes;

		apply(&node->kept, first);
		node->changes = first->next;
		free(first->bytes.data);
		free(first);
	}
	node->end = &node->changes;
	copy_names(&node->kept_names, &node->seen_names);
}

static void set_name(uint64_t folder_inode, const char *text, struct node *node)
{
	struct node *folder = find(folder_inode);

	if (folder == NULL)
		return;
	for (int kept = 0; kept < (mode == STRICT ? 1 : 2); kept++) {
		struct names *names = kept ? &folder->kept_names : &folder->seen_names;

		if (node == NULL)
			unbind(names, text);
		else
			bind(names, text, node);
	}
}

static void take(const struct power_event *event, uint8_t *data)
{
	struct node *node = find(event->inode);

	switch (event->op) {
	case POWER_WRITE:
	case POWER_TRUNCATE:
		if (node != NULL) {
			change(node, event, data);
			return;
		}
		break;
	case POWER_SYNC:
		if (node != NULL)
			keep(node);
		break;
	case POWER_CREATE:
	case POWER_MKDIR:
		set_name(event->folder, event->name, make(event->inode, event->op == POWER_MKDIR));
		break;
	case POWER_LINK:
		set_name(event->folder, event->name, node);
		break;
	case POWER_UNBIND:
		set_name(event->folder, event->name, NULL);
		break;
	case POWER_RENAME:
		set_name(event->old_folder, event->old_name, NULL);
		if (node != NULL)
			set_name(event->folder, event->name, node);
		break;
	case POWER_ALL:
		for (size_t i = 0; i < node_count; i++)
			keep(&nodes[i]);
		break;
	default:
		fail("an event that is none");
	}
	free(data);
}

/* --- files of events --- */

/* False at the end. */
static bool read_event(FILE *from, struct power_event *event, uint8_t **data)
{
	*data = NULL;
	if (fread(event, sizeof(*event), 1, from) != 1)
		return false;
	if (event->op == POWER_WRITE) {
		*data = grown(NULL, (size_t)event->size);
		if (event->size > 0 && fread(*data, (size_t)event->size, 1, from) != 1)
			fail("an event is cut short");
	}
	return true;
}

static FILE *open_file(const char *path, const char *how)
{
	FILE *file = fopen(path, how);

	if (file == NULL)
		fail(path);
	return file;
}

static long take_all(const char *path, long most)
{
	FILE *from = open_file(path, "rb");
	struct power_event event;
	uint8_t *data;
	long count = 0;

	while (count < most && read_event(from, &event, &data)) {
		take(&event, data);
		count++;
	}
	(void)fclose(from);
	return count;
}

static void write_event(FILE *to, const struct power_event *event, const void *data)
{
	if (fwrite(event, sizeof(*event), 1, to) != 1
	    || (data != NULL && event->size > 0 && fwrite(data, (size_t)event->size, 1, to) != 1))
		fail("image");
}

static struct bytes read_file(const char *path, size_t size)
{
	FILE *from = open_file(path, "rb");
	struct bytes bytes = { grown(NULL, size), size };

	if (size > 0 && fread(bytes.data, size, 1, from) != 1)
		fail(path);
	(void)fclose(from);
	return bytes;
}

/* The image of a folder and all below; root lies in folder 1, which is no inode. */
static void snapshot(FILE *to, uint64_t folder, const char *path, const char *name)
{
	struct power_event event = { .folder = folder };
	struct stat st;

	if (lstat(path, &st) != 0)
		fail(path);
	(void)snprintf(event.name, POWER_NAME, "%s", name);
	event.inode = st.st_ino;
	event.op = S_ISDIR(st.st_mode) ? POWER_MKDIR : POWER_CREATE;
	write_event(to, &event, NULL);
	if (S_ISREG(st.st_mode)) {
		struct bytes bytes = read_file(path, (size_t)st.st_size);

		event = (struct power_event){ .op = POWER_WRITE, .inode = st.st_ino, .size = bytes.size };
		write_event(to, &event, bytes.data);
		free(bytes.data);
	} else if (S_ISDIR(st.st_mode)) {
		DIR *dir = opendir(path);
		const struct dirent *entry;

		if (dir == NULL)
			fail(path);
		while ((entry = readdir(dir)) != NULL) {
			char below[4096];

			if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
				continue;
			(void)snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
			snapshot(to, st.st_ino, below, entry->d_name);
		}
		(void)closedir(dir);
	}
}

/* --- what is left --- */

static bool survives(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return mode == TORN && (seed >> 33) % 2 == 0;
}

static void write_file(const char *path, struct node *node)
{
	FILE *to;

	for (const struct change *left = node->changes; left != NULL; left = left->next)
		if (survives())
			apply(&node->kept, left);
	to = open_file(path, "wb");
	if ((node->kept.size > 0 && fwrite(node->kept.data, node->kept.size, 1, to) != 1)
	    || fclose(to) != 0)
		fail(path);
}

static void write_folder(const char *path, const struct node *folder)
{
	if (mkdir(path, 0700) != 0)
		fail(path);
	for (size_t i = 0; i < folder->kept_names.count; i++) {
		const struct name *name = &folder->kept_names.items[i];
		char below[4096];

		(void)snprintf(below, sizeof(below), "%s/%s", path, name->text);
		if (name->node->is_folder)
			write_folder(below, name->node);
		else
			write_file(below, name->node);
	}
}

static enum mode mode_of(const char *text)
{
	return strcmp(text, "strict") == 0 ? STRICT : strcmp(text, "ordered") == 0 ? ORDERED : TORN;
}

static void cut(char **arguments)
{
	(void)umask(077);
	(void)take_all(arguments[0], LONG_MAX);
	mode = mode_of(arguments[3]);
	seed = strtoull(arguments[4], NULL, 10);
	(void)take_all(arguments[1], strtol(arguments[2], NULL, 10));
	write_folder(arguments[5], &nodes[0]);
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "snapshot") == 0) {
		FILE *to = open_file(argv[3], "wb");

		snapshot(to, 1, argv[2], "");
		write_event(to, &(struct power_event){ .op = POWER_ALL }, NULL);
		if (fclose(to) != 0)
			fail(argv[3]);
	} else if (argc == 3 && strcmp(argv[1], "events") == 0) {
		(void)printf("%ld\n", take_all(argv[2], LONG_MAX));
	} else if (argc == 8 && strcmp(argv[1], "cut") == 0) {
		cut(argv + 2);
	} else {
		(void)fprintf(stderr, "usage: powercut snapshot DIR IMAGE | events LOG |"
		                      " cut IMAGE LOG N MODE SEED OUT\n");
		return 2;
	}
	return 0;
}
