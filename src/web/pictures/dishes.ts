export const dishPictures: Record<string, string> = {
  plain: '<rect width="320" height="240" fill="#efe7da"/>',
};
