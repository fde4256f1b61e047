/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HOME_HOME_WITNESSED_H
#define HOME_HOME_WITNESSED_H

#include "home/home.h"
#include "record/lodged.h"

/*
 * Checkpoints that others keep.  The folder "witnessed" of a home has, beside the ledger:
 *
 *   places        a line for each place that has some: "last DIR", "names DIR" or "home DIR"
 *   ID-last.pem   the last that was lodged of the home with this ID: this one's own, whoever
 *                 has it, and those of others that have this home as their witness
 *
 * A place has ID-SIZE.pem each and ID-last.pem; "names" of one where nothing is replaced, so
 * that the names alone tell the last.  Files are CheckpointFile, PEM (egov-evidence(5)).
 */
#define EGOV__WITNESSED "witnessed"

#define EGOV__HOME_ID 17                /* 16 hex digits of a home's id */
void egov__home_id_text(struct egov_slice id, char out[EGOV__HOME_ID]);

/* One that somebody keeps. */
struct egov__kept {
	uint64_t size;
	uint8_t root[32], digest[32];   /* SM3 of the Checkpoint */
};
enum egov__kept_as {
	EGOV__KEPT_OURS,                /* of this journal */
	EGOV__KEPT_NOTED,               /* of one that was lost: egov-record reconcile has noted it */
	EGOV__KEPT_AHEAD,               /* of more entries than there are */
	EGOV__KEPT_OTHER                /* of other entries */
};
EGOV_MUST_CHECK enum egov_status egov__home_judge_kept(struct egov_home *home,
                                                       const struct egov__kept *kept,
                                                       enum egov__kept_as *as, uint64_t *entries,
                                                       struct egov_error *err);

/* The same as a failure: EGOV_E_CORRUPT, which says what is missing, unless ours or noted. */
EGOV_MUST_CHECK enum egov_status egov__home_compare_kept(struct egov_home *home,
                                                         const struct egov__kept *kept,
                                                         const char *place,
                                                         struct egov_error *err);

/* Whether egov-record reconcile has noted what has this SM3, under this subject. */
EGOV_MUST_CHECK enum egov_status egov__home_is_noted(struct egov_home *home, const char *subject,
                                                     const uint8_t digest[32], bool *is,
                                                     struct egov_error *err);

/* A file of ours, its signature verified; one that does not read was altered: EGOV_E_CORRUPT. */
EGOV_MUST_CHECK enum egov_status egov__home_read_kept(struct egov_home *home, const char *path,
                                                      struct egov__kept *kept,
                                                      struct egov_error *err);

/* All files of that home in a directory. */
typedef enum egov_status egov__kept_fn(void *user, const char *path, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__home_walk_kept(const char *dir, const char *id,
                                                      egov__kept_fn *fn, void *user,
                                                      struct egov_error *err);

/* All places: how is "last", "names" or "home". */
typedef enum egov_status egov__place_fn(void *user, const char *how, const char *dir,
                                        struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__home_walk_places(struct egov_home *home, egov__place_fn *fn,
                                                        void *user, struct egov_error *err);

/* Notes a place, before anything is lodged there: what lies there already counts. */
EGOV_MUST_CHECK enum egov_status egov__home_note_place(struct egov_home *home, const char *how,
                                                       const char *dir, struct egov_error *err);

/* Keeps text, a CheckpointFile, as the last of the home with this id in dir; and as its own
 * in the folder of this home, which is made. */
EGOV_MUST_CHECK enum egov_status egov__kept_put_last(const char *dir, const char *id,
                                                     struct egov_slice text,
                                                     struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__home_keep(struct egov_home *home, const char *id,
                                                 struct egov_slice text, struct egov_error *err);

/*
 * Whether the last checkpoint of a place lies ahead of the journal: EGOV_E_CORRUPT.  A place
 * that is not there says nothing: an outside party's fault stops no CA.
 */
EGOV_MUST_CHECK enum egov_status egov__home_check_witnessed(struct egov_home *home,
                                                            struct egov_error *err);

#endif
