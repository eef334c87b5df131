package dev.minsight.sdk;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Entities: the media and collections of a server, their files and their history. */
public final class StoreClient {

  private final Transport transport;
  private final URI base;

  StoreClient(Transport transport, URI base) {
    this.transport = transport;
    this.base = base;
  }

  /**
   * @param filter which, and which page of them
   */
  public EntityPage list(EntityFilter filter) {
    return transport.get(base, "/entities", filter.toQuery(), EntityPage.class);
  }

  /**
   * @param id of an entity; soft-deleted ones are found too
   * @throws ApiException.NotFound when there is none
   */
  public Entity get(long id) {
    return transport.get(base, path(id), new Params(), Entity.class);
  }

  /**
   * @param id of an entity
   * @param version ordinal in its history, from 1
   * @throws ApiException.NotFound when there is no such entity or version
   */
  public Entity get(long id, int version) {
    return transport.get(base, path(id), new Params().add("version", version), Entity.class);
  }

  /**
   * @param id of an entity, also of one that was deleted for good
   * @return its history, oldest first
   * @throws ApiException.NotFound when there never was one
   */
  public List<EntityVersion> versions(long id) {
    return transport.getList(base, path(id) + "/versions", EntityVersion.class);
  }

  /**
   * @param label exact
   * @return the live collection of that name; of several the newest
   */
  public Optional<Entity> findCollection(String label) {
    return lookup("label", label);
  }

  /**
   * @param md5 digest as in {@link Entity#md5()}
   * @return the live entity with that content
   */
  public Optional<Entity> findContent(String md5) {
    return lookup("md5", md5);
  }

  /**
   * @param draft what it is called and where it goes
   * @throws ApiException.ValidationFailed when the parent cannot hold it
   */
  public Entity createCollection(EntityDraft draft) {
    return transport.postForm(base, "/entities", draft.toForm(true), Entity.class).body();
  }

  /**
   * Uploads a file. It is read from disk while it is sent, whatever its size.
   *
   * @param file to send; its last name becomes the original name
   * @param draft what it is called and where it goes
   * @return the entity, and whether the server had the content already
   * @throws IOException when the file cannot be read
   */
  public Uploaded upload(Path file, EntityDraft draft) throws IOException {
    MultipartBody form = MultipartBody.of(draft.toForm(false).values(), "media_file", file);
    Transport.Reply<Entity> reply = transport.postMultipart(base, "/entities", form, Entity.class);
    return new Uploaded(reply.body(), reply.status() != 201);
  }

  /**
   * @param id of an entity with a file
   * @param target where the original goes; an existing file is replaced, and only by a whole one
   * @throws IOException when it cannot be written
   */
  public void downloadMedia(long id, Path target) throws IOException {
    transport.download(base, path(id) + "/media", new Params(), target);
  }

  /**
   * @param id of an image or a video
   * @param target where the PNG preview goes; an existing file is replaced, and only by a whole one
   * @throws IOException when it cannot be written
   */
  public void downloadPreview(long id, Path target) throws IOException {
    transport.download(base, path(id) + "/preview", new Params().add("force", true), target);
  }

  /**
   * Where a player finds the stream of a video. Nothing is asked of the server; where guests may
   * not read, players need a link token behind it as {@code ?token=}.
   *
   * @param id of a video
   * @return address of its HLS manifest
   */
  public URI streamUrl(long id) {
    return URI.create(base + path(id) + "/stream/adaptive.m3u8");
  }

  private Optional<Entity> lookup(String by, String value) {
    try {
      Params query = new Params().add(by, value);
      return Optional.of(transport.get(base, "/entities/lookup", query, Entity.class));
    } catch (ApiException.NotFound e) {
      return Optional.empty();
    }
  }

  private static String path(long id) {
    return "/entities/" + id;
  }
}
