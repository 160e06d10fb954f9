/** What an operator of TensorFlow does, as far as a scan has to know. */
export type OperatorKind =
  /** Computes, or holds the model's own variables. */
  | 'computes'
  /** Runs Python, a library, or a graph that is hidden in a text. */
  | 'code'
  /** Reads or writes files or sockets, whatever it is given. */
  | 'files'
  /** Reads or writes the files of a checkpoint or an asset: every SavedModel has some, and where they lead is what counts. */
  | 'saver'
  | 'unknown';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const code = words(`
  PyFunc PyFuncStateless EagerPyFunc PyCall _PyFunc GeneratorDataset DatasetFromGraph RemoteCall ShellExecute
  ExecuteCommand TfLiteSubgraphExecute XlaHostCompute XlaSendToHost
  XlaRecvFromHost XlaCallModule _XlaHostComputeMlir RpcCall RpcClient RpcServer RpcServerStart RpcServerRegister
  DeserializeIterator FileSystemSetConfiguration
`);

const files = words(`
  ReadFile WriteFile MatchingFiles ImmutableConst WholeFileReader WholeFileReaderV2 TextLineReader TextLineReaderV2
  FixedLengthRecordReader FixedLengthRecordReaderV2 TFRecordReader TFRecordReaderV2 LMDBReader IdentityReader IdentityReaderV2
  ReaderRead ReaderReadV2 ReaderReadUpTo ReaderReadUpToV2 TextLineDataset TFRecordDataset TFRecordDatasetV2
  FixedLengthRecordDataset FixedLengthRecordDatasetV2 CSVDataset CSVDatasetV2 SqlDataset LMDBDataset ExperimentalLMDBDataset
  ExperimentalSqlDataset ExperimentalCSVDataset CacheDataset CacheDatasetV2 SaveDataset SaveDatasetV2 LoadDataset SnapshotDataset
  SnapshotDatasetV2 SnapshotDatasetReader SnapshotNestedDatasetReader SnapshotChunkDataset DistributedSave ListSnapshotChunksDataset
  DatasetToTFRecord ExperimentalDatasetToTFRecord MatchingFilesDataset ExperimentalMatchingFilesDataset DataServiceDataset
  DataServiceDatasetV2 DataServiceDatasetV3 DataServiceDatasetV4 RegisterDataset RegisterDatasetV2 CreateSummaryFileWriter
  CreateSummaryDbWriter SummaryWriter WriteSummary WriteAudioSummary WriteGraphSummary WriteHistogramSummary WriteImageSummary
  WriteRawProtoSummary WriteScalarSummary ImportEvent FlushSummaryWriter CloseSummaryWriter GenerateBigQueryReaderPartitions
  BigQueryReader LoadAndRemapMatrix GenerateVocabRemapping DebugIdentity DebugIdentityV2 DebugIdentityV3 DebugNanCount
  DebugNumericSummary DebugNumericSummaryV2 CopyHost Copy DeleteFile RenameFile CopyFile CheckpointExists GcsConfigureCredentials
  GcsConfigureBlockCache Send Recv _Send _Recv _HostSend _HostRecv CollectiveBcastSend CollectiveBcastRecv 
  
`);

const saver = words(`
  Save SaveV2 SaveSlices Restore RestoreV2 RestoreSlice MergeV2Checkpoints ShardedFilename ShardedFilespec
  InitializeTableFromTextFile InitializeTableFromTextFileV2
`);

const computes = words(`
  Abs AccumulateNV2 Acos Acosh Add AddN AddSparseToTensorsMap AddManySparseToTensorsMap AddV2 AdjustContrast AdjustContrastv2
  AdjustHue AdjustSaturation All AllCandidateSampler Angle Any ApproximateEqual ApproxTopK ArgMax ArgMin Asin Asinh Assert Assign
  AssignAdd AssignAddVariableOp AssignSub AssignSubVariableOp AssignVariableOp AsString Atan Atan2 Atanh AudioSpectrogram
  AudioSummary AudioSummaryV2 AvgPool AvgPool3D AvgPool3DGrad AvgPoolGrad Barrier BarrierClose BarrierIncompleteSize
  BarrierInsertMany BarrierReadySize BarrierTakeMany Batch BatchFunction BatchToSpace BatchToSpaceND BesselI0 BesselI0e
  BesselI1 BesselI1e Betainc BiasAdd BiasAddGrad BiasAddV1 Bincount Bitcast BitwiseAnd BitwiseOr BitwiseXor BroadcastArgs
  BroadcastGradientArgs BroadcastTo Bucketize Case Cast Ceil CheckNumerics CheckNumericsV2 Cholesky CholeskyGrad ClipByValue
  CombinedNonMaxSuppression Complex ComplexAbs ComputeAccidentalHits Concat ConcatOffset ConcatV2 ConditionalAccumulator Conj
  ConjugateTranspose Const ControlTrigger Conv Conv2D Conv2DBackpropFilter Conv2DBackpropInput Conv3D Conv3DBackpropFilter
  Conv3DBackpropFilterV2 Conv3DBackpropInput Conv3DBackpropInputV2 Cos Cosh CountUpTo CropAndResize CropAndResizeGradBoxes
  CropAndResizeGradImage Cross CTCBeamSearchDecoder CTCGreedyDecoder CTCLoss CTCLossV2 CudnnRNN CudnnRNNV2 CudnnRNNV3
  CudnnRNNBackprop CudnnRNNBackpropV2 CudnnRNNBackpropV3 CudnnRNNCanonicalToParams CudnnRNNCanonicalToParamsV2
  CudnnRNNParamsSize CudnnRNNParamsToCanonical CudnnRNNParamsToCanonicalV2 Cumprod Cumsum CumulativeLogsumexp DataFormatDimMap
  DataFormatVecPermute Dawsn DecodeAndCropJpeg DecodeBase64 DecodeBmp DecodeCompressed DecodeCSV DecodeGif DecodeImage
  DecodeJpeg DecodeJSONExample DecodePaddedRaw DecodePng DecodeRaw DecodeWav DecodeWebP DeepCopy DenseBincount DenseCountSparseOutput
  DenseToCSRSparseMatrix DenseToDenseSetOperation DenseToSparseSetOperation DepthToSpace DepthwiseConv2dNative
  DepthwiseConv2dNativeBackpropFilter DepthwiseConv2dNativeBackpropInput Dequantize DeserializeManySparse DeserializeSparse
  DestroyResourceOp DestroyTemporaryVariable Diag DiagPart Digamma Dilation2D Dilation2DBackpropFilter Dilation2DBackpropInput
  DisableCopyOnRead Div DivNoNan DrawBoundingBoxes DrawBoundingBoxesV2 DynamicPartition DynamicStitch EditDistance Eig Einsum Elu
  EluGrad Empty EmptyTensorList EmptyTensorMap EncodeBase64 EncodeJpeg EncodeJpegVariableQuality EncodePng EncodeWav EnsureShape
  Enter Equal Erf Erfc Erfinv EuclideanNorm Exit Exp ExpandDims Expint Expm1 ExtractGlimpse ExtractGlimpseV2 ExtractImagePatches
  ExtractJpegShape ExtractVolumePatches FFT FFT2D FFT3D FFTND FIFOQueue FIFOQueueV2 FakeParam FakeQueue Fill Fingerprint
  FixedUnigramCandidateSampler Floor FloorDiv FloorMod For FractionalAvgPool FractionalAvgPoolGrad FractionalMaxPool
  FractionalMaxPoolGrad FresnelCos FresnelSin FusedBatchNorm FusedBatchNormGrad FusedBatchNormGradV2 FusedBatchNormGradV3
  FusedBatchNormV2 FusedBatchNormV3 FusedPadConv2D FusedResizeAndPadConv2D GRUBlockCell GRUBlockCellGrad Gather GatherNd GatherV2
  GetSessionHandle GetSessionHandleV2 GetSessionTensor Greater GreaterEqual GuaranteeConst HSVToRGB HashTable HashTableV2
  HistogramFixedWidth HistogramSummary IFFT IFFT2D IFFT3D IFFTND IRFFT IRFFT2D IRFFT3D IRFFTND Identity IdentityN If Igamma
  IgammaGradA Igammac Imag ImageProjectiveTransformV2 ImageProjectiveTransformV3 ImageSummary InTopK InTopKV2 InitializeTable
  InitializeTableV2 InplaceAdd InplaceSub InplaceUpdate Inv InvGrad Invert InvertPermutation IsFinite IsInf IsNan
  IsVariableInitialized KMC2ChainInitialization KmeansPlusPlusInitialization L2Loss LRN LRNGrad LSTMBlockCell
  LSTMBlockCellGrad LearnedUnigramCandidateSampler LeakyRelu LeakyReluGrad LeftShift Less LessEqual Lgamma LinSpace ListDiff Log
  Log1p LogMatrixDeterminant LogSoftmax LogUniformCandidateSampler LogicalAnd LogicalNot LogicalOr LookupTableExport
  LookupTableExportV2 LookupTableFind LookupTableFindV2 LookupTableImport LookupTableImportV2 LookupTableInsert LookupTableInsertV2
  LookupTableRemoveV2 LookupTableSize LookupTableSizeV2 LoopCond LowerBound Lu MapClear MapIncompleteSize MapPeek MapSize MapStage
  MapUnstage MatMul Max MaxPool MaxPool3D MaxPool3DGrad MaxPool3DGradGrad MaxPoolGrad MaxPoolGradGrad MaxPoolGradGradV2
  MaxPoolGradGradWithArgmax MaxPoolGradV2 MaxPoolGradWithArgmax MaxPoolV2 MaxPoolWithArgmax Maximum Mean Merge MergeSummary Mfcc
  Min Minimum MirrorPad MirrorPadGrad Mod Mul MulNoNan Multinomial MutableDenseHashTable MutableDenseHashTableV2 MutableHashTable
  MutableHashTableOfTensors MutableHashTableOfTensorsV2 MutableHashTableV2 MutexLock MutexV2 Ndtri Neg NegTrain NextAfter
  NextIteration NoOp NonMaxSuppression NonMaxSuppressionV2 NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5
  NonMaxSuppressionWithOverlaps NotEqual NthElement OneHot OnesLike Pack Pad PadV2 PaddingFIFOQueue PaddingFIFOQueueV2
  ParallelConcat ParallelDynamicStitch ParameterizedTruncatedNormal ParseExample ParseExampleV2 ParseSequenceExample
  ParseSequenceExampleV2 ParseSingleExample ParseSingleSequenceExample ParseTensor PartitionedCall Placeholder PlaceholderV2
  PlaceholderWithDefault Polygamma PopulationCount Pow PreventGradient Print Prod Qr QuantizeAndDequantize QuantizeAndDequantizeV2
  QuantizeAndDequantizeV3 QuantizeAndDequantizeV4 QuantizeDownAndShrinkRange QuantizeV2 QueueClose QueueCloseV2 QueueDequeue
  QueueDequeueMany QueueDequeueManyV2 QueueDequeueUpTo QueueDequeueUpToV2 QueueDequeueV2 QueueEnqueue QueueEnqueueMany
  QueueEnqueueManyV2 QueueEnqueueV2 QueueIsClosed QueueIsClosedV2 QueueSize QueueSizeV2 RFFT RFFT2D RFFT3D RFFTND RGBToHSV
  RandomCrop RandomGamma RandomGammaGrad RandomIndexShuffle RandomPoisson RandomPoissonV2 RandomShuffle RandomShuffleQueue
  RandomShuffleQueueV2 RandomStandardNormal RandomUniform RandomUniformInt Range Rank ReadVariableOp Real RealDiv Reciprocal
  ReciprocalGrad RecordInput ReduceJoin RefEnter RefExit RefIdentity RefMerge RefNextIteration RefSelect RefSwitch RegexFullMatch
  RegexReplace Relu Relu6 Relu6Grad ReluGrad RequantizationRange RequantizationRangePerChannel Requantize
  RequantizePerChannel Reshape ResizeArea ResizeBicubic ResizeBicubicGrad ResizeBilinear ResizeBilinearGrad ResizeNearestNeighbor
  ResizeNearestNeighborGrad Reverse ReverseSequence ReverseV2 RightShift Rint RngReadAndSkip RngSkip Roll Round Rsqrt RsqrtGrad
  SampleDistortedBoundingBox SampleDistortedBoundingBoxV2 ScalarSummary ScaleAndTranslate ScaleAndTranslateGrad ScatterAdd
  ScatterDiv ScatterMax ScatterMin ScatterMul ScatterNd ScatterNdAdd ScatterNdMax ScatterNdMin ScatterNdNonAliasingAdd ScatterNdSub
  ScatterNdUpdate ScatterSub ScatterUpdate SdcaFprint SegmentMax SegmentMaxV2 SegmentMean SegmentMin SegmentMinV2 SegmentProd
  SegmentProdV2 SegmentSum SegmentSumV2 Select SelectV2 SelfAdjointEig SelfAdjointEigV2 Selu SeluGrad 
  SerializeManySparse SerializeSparse SerializeTensor SetSize Shape ShapeN Sigmoid SigmoidGrad Sign Sin Sinh Size Skipgram Slice
  Snapshot Softmax SoftmaxCrossEntropyWithLogits Softplus SoftplusGrad Softsign SoftsignGrad SpaceToBatch SpaceToBatchND
  SpaceToDepth Spence Split SplitV Sqrt SqrtGrad Square SquaredDifference Squeeze Stack StackClose StackCloseV2 StackPop
  StackPopV2 StackPush StackPushV2 StackV2 Stage StageClear StagePeek StageSize StatefulPartitionedCall StatefulRandomBinomial
  StatefulStandardNormal StatefulStandardNormalV2 StatefulTruncatedNormal StatefulUniform StatefulUniformFullInt StatefulUniformInt
  StaticRegexFullMatch StaticRegexReplace StopGradient StridedSlice StridedSliceAssign StridedSliceGrad StringFormat StringJoin
  StringLength StringLower StringNGrams StringSplit StringSplitV2 StringStrip StringToHashBucket StringToHashBucketFast
  StringToHashBucketStrong StringToNumber StringUpper Sub Substr Sum Svd Switch SymbolicGradient SyncDevice TakeManySparseFromTensorsMap
  Tan Tanh TanhGrad TemporaryVariable TensorScatterAdd TensorScatterMax TensorScatterMin TensorScatterSub TensorScatterUpdate
  TensorStridedSliceUpdate TensorSummary TensorSummaryV2 ThreadUnsafeUnigramCandidateSampler Tile TileGrad Timestamp ToBool TopK
  TopKV2 TopKUnique TopKWithUnique Transpose TridiagonalMatMul TridiagonalSolve TruncateDiv TruncateMod TruncatedNormal Unbatch
  UnbatchGrad UnicodeDecode UnicodeDecodeWithOffsets UnicodeEncode UnicodeScript UnicodeTranscode UniformCandidateSampler
  UniformDequantize UniformQuantize UniformQuantizedAdd UniformQuantizedClipByValue UniformQuantizedConvolution
  UniformQuantizedConvolutionHybrid UniformQuantizedDot UniformQuantizedDotHybrid UniformRequantize Unique UniqueV2 UniqueWithCounts
  UniqueWithCountsV2 Unpack UnravelIndex UnsortedSegmentJoin UnsortedSegmentMax UnsortedSegmentMin UnsortedSegmentProd
  UnsortedSegmentSum Unstage UpperBound VarHandleOp VarIsInitializedOp Variable VariableShape VariableV2 Where While Xdivy Xlog1py
  Xlogy ZerosLike Zeta _Arg _Retval _ArrayToList _ListToArray _FusedBatchNormEx _FusedConv2D _FusedMatMul _HostCast
  CaseFoldUTF8 ConstrainedSequence MaxSpanningTree NormalizeUTF8 NormalizeUTF8WithOffsetsMap RegexSplitWithOffsets RougeL
  SentenceFragments SentencepieceOp SentencepieceTokenizeOp SentencepieceTokenizeWithOffsetsOp SentencepieceDetokenizeOp
  SentencepieceVocabSizeOp SplitMergeTokenizeWithOffsets UnicodeScriptTokenizeWithOffsets WhitespaceTokenizeWithOffsets
  WhitespaceTokenizeWithOffsetsV2 WordpieceTokenizeWithOffsets FastWordpieceTokenizeWithOffsets FastBertNormalize
`);

/** Families whose members all compute on tensors: gradients, optimisers, sparse, ragged and random numbers. */
const families: readonly RegExp[] = [
  /^(?:Resource)?(?:Sparse)?Apply[A-Z]\w*$/,
  /^ResourceScatter(?:Nd)?(?:Add|Div|Max|Min|Mul|Sub|Update)$/,
  /^Resource(?:Gather|GatherNd|CountUpTo|StridedSliceAssign|AccumulatorApplyGradient|AccumulatorNumAccumulated|ConditionalAccumulator)$/,
  /^TensorArray(?:Close|Concat|Gather|Grad|GradWithShape|Pack|Read|Scatter|Size|Split|Unpack|Write)?(?:V2|V3)?$/,
  /^Tensor(?:List|Map)[A-Z]\w*$/,
  /^Sparse(?:Add|AddGrad|Bincount|Concat|Conditional|CountSparseOutput|Cross|CrossHashed|CrossV2|Dense\w+|FillEmptyRows|FillEmptyRowsGrad|MatMul|Matrix\w+|Reduce\w+|Reorder|Reshape|Segment\w+|Slice|SliceGrad|Softmax|SoftmaxCrossEntropyWithLogits|Split|Tensor\w+|To\w+)$/,
  /^Ragged(?:Bincount|Count\w+|Cross|FillEmptyRows|FillEmptyRowsGrad|Gather|Range|Tensor\w+)$/,
  /^Stateless(?:If|While|Case|Multinomial|Parameterized\w+|Random\w+|Sample\w+|Shuffle|Truncated\w+)$/,
  /^(?:Batch)?Matrix(?:BandPart|Determinant|Diag|DiagPart|Exponential|Inverse|Logarithm|SetDiag|Solve|SolveLs|SquareRoot|Triangular\w+)(?:V2|V3)?$/,
  /^Batch(?:Cholesky|CholeskyGrad|FFT|FFT2D|FFT3D|IFFT|IFFT2D|IFFT3D|MatMul|MatMulV2|MatMulV3|NormWithGlobal\w+|SelfAdjointEig|SelfAdjointEigV2|Svd)$/,
  /^FakeQuantWithMinMax(?:Args|Vars|VarsPerChannel)(?:Gradient)?$/,
  /^Quantized(?:Add|AvgPool|BatchNorm\w+|BiasAdd|Concat|ConcatV2|Conv2D\w*|DepthwiseConv2D\w*|InstanceNorm|MatMul\w*|MaxPool|Mul|Relu\w*|Reshape|ResizeBilinear)$/,
  /^(?:_?Mkl|_MklNative)[A-Z]\w*$/,
  /^BlockLSTM(?:Grad)?(?:V2)?$/,
];

/** By name, which is all that a graph says of an operator. */
export function kindOfOperator(name: string): OperatorKind {
  if (code.has(name) || /^_?(?:Eager)?Py(?:Func|Call)/i.test(name)) return 'code';
  if (files.has(name)) return 'files';
  if (saver.has(name)) return 'saver';
  return computes.has(name) || families.some((family) => family.test(name)) ? 'computes' : 'unknown';
}
